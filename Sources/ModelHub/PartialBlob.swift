import Crypto
package import Foundation
import ModelStore

/// A blob of the cache while it arrives: `HASH.incomplete`, as Hugging Face's own tools name it, so
/// that either continues what the other has begun.
///
/// Use it from one task at a time.
package final class PartialBlob {
  private let url: URL
  private let digest: HubFile.Digest
  private let size: Int64
  private let descriptor: Int32
  private var hash: any HashFunction
  /// The bytes that are there.
  private(set) var count: Int64 = 0
  private static let pieceBytes = 1 << 20

  /// Opens what is there, or begins.
  package convenience init(at url: URL, of file: HubFile) throws(HubError) {
    try self.init(url, file, O_RDWR | O_CREAT | O_NOFOLLOW)
  }

  /// A finished blob, to check it.
  convenience init(reading url: URL, of file: HubFile) throws(HubError) {
    try self.init(url, file, O_RDONLY)
  }

  private init(_ url: URL, _ file: HubFile, _ flags: Int32) throws(HubError) {
    self.url = url
    (digest, size) = (file.digest, file.bytes)
    hash = Self.newHash(file)
    descriptor = open(url.path(percentEncoded: false), flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .storage(ModelStoreError(writing: url, errno: errno)) }
  }

  deinit { close(descriptor) }

  private static func newHash(_ file: HubFile) -> any HashFunction {
    switch file.digest {
    case .sha256: return SHA256()
    case .gitBlob:
      var hash = Insecure.SHA1()
      hash.update(data: Data("blob \(file.bytes)\0".utf8))
      return hash
    }
  }

  /// Reads what an earlier download has left, so that the hash continues from it.
  ///
  /// - Parameter onBytes: Called with the size of each piece.
  func readExisting(of file: HubFile, onBytes: (Int64) -> Void) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_size <= size else { return try restart(file) }
    var buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    while true {
      try Task.checkCancellation()
      let got = pread(descriptor, &buffer, buffer.count, off_t(count))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure() }
      if got == 0 { break }
      buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<got])) }
      count += Int64(got)
      onBytes(Int64(got))
    }
  }

  func restart(_ file: HubFile) throws(HubError) {
    guard ftruncate(descriptor, 0) == 0 else { throw failure() }
    count = 0
    hash = Self.newHash(file)
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(count))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: rest[..<written]))
      count += Int64(written)
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Lower-case hexadecimal digits of the hash of all bytes.
  func digits() -> String {
    hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Makes the bytes durable and gives the file its name.
  func finish(as blob: URL) throws(HubError) {
    guard fsync(descriptor) == 0,
      rename(url.path(percentEncoded: false), blob.path(percentEncoded: false)) == 0
    else { throw failure() }
  }

  func remove() { unlink(url.path(percentEncoded: false)) }

  private func failure() -> HubError { .storage(ModelStoreError(writing: url, errno: errno)) }
}
