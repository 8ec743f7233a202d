import Crypto
package import Foundation

/// SHA-256 of files, read in pieces so that a model of any size needs one megabyte of memory.
package enum FileDigest {
  private static let pieceBytes = 1 << 20

  /// Lower-case hexadecimal digits.
  ///
  /// - Parameter onBytes: Called with the size of each piece that was read.
  /// - Throws: ``ModelStoreError/unreadable(path:reason:)``, or `CancellationError` if the task was
  ///   cancelled.
  package static func sha256(of url: URL, onBytes: (Int) -> Void = { _ in }) throws -> String {
    let path = url.path(percentEncoded: false)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ModelStoreError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      try Task.checkCancellation()
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw ModelStoreError.unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      if count == 0 { break }
      buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
      onBytes(count)
    }
    return hexadecimal(hash.finalize())
  }
}
