internal import Crypto
internal import Foundation
internal import GRDB

/// What a vector file was built from.
struct VectorStamp: Equatable {
  var identity: String
  var changes: Int64
  var encoder: String

  /// Identifies the database's state and the encoder in 32 bytes.
  var digest: [UInt8] {
    Array(SHA256.hash(data: Data("\(identity)\n\(changes)\n\(encoder)".utf8)))
  }
}

/// The embeddings of one encoder in a mapped file beside the database.
struct VectorFile: Sendable {
  let layout: VectorLayout
  let file: MappedFile

  /// Opens a file; nil if it is not a vector file, is incomplete, or was built from another state
  /// of the database.
  init?(reading url: URL, stamp: VectorStamp) {
    guard let file = MappedFile(reading: url.path), file.size >= VectorLayout.headerSize
    else { return nil }
    let words = file.pointer(at: 0, to: UInt64.self)
    guard words[0] == VectorLayout.magic, words[1] < 1 << 32, words[2] < 1 << 16 else { return nil }
    layout = VectorLayout(count: Int(words[1]), dimensions: Int(words[2]))
    let digest = Array(UnsafeRawBufferPointer(start: file.base + 24, count: 32))
    guard file.size == layout.size, digest == stamp.digest else { return nil }
    self.file = file
  }

  /// Writes a file beside its destination and moves it there once it is on disk.
  static func write(
    to url: URL, stamp: VectorStamp, count: Int, dimensions: Int,
    fill: (_ layout: VectorLayout, _ file: MappedFile) throws -> Void
  ) throws {
    let layout = VectorLayout(count: count, dimensions: dimensions)
    removeLeftovers(url)
    let temporary = "\(url.path).\(getpid()).\(UUID().uuidString).part"
    let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission) }
    defer {
      close(descriptor)
      unlink(temporary)
    }
    // Reserves the space, so that a full disk is an error here and not a fault later.
    guard posix_fallocate(descriptor, 0, off_t(layout.size)) == 0,
      let file = MappedFile(writing: descriptor, size: layout.size)
    else { throw CocoaError(.fileWriteOutOfSpace) }
    try fill(layout, file)
    let words = file.pointer(at: 0, to: UInt64.self)
    words[0] = VectorLayout.magic
    words[1] = UInt64(count)
    words[2] = UInt64(dimensions)
    for (index, byte) in stamp.digest.enumerated() {
      file.pointer(at: 24, to: UInt8.self)[index] = byte
    }
    guard msync(file.base, file.size, MS_SYNC) == 0, fsync(descriptor) == 0,
      rename(temporary, url.path) == 0
    else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Removes files of processes that were killed while writing.
  private static func removeLeftovers(_ url: URL) {
    let folder = url.deletingLastPathComponent()
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(url.lastPathComponent + ".") && name.hasSuffix(".part") {
      let process = name.dropFirst(url.lastPathComponent.count + 1).prefix { $0 != "." }
      if let id = pid_t(process), kill(id, 0) != 0, errno == ESRCH {
        unlink(folder.appending(path: name).path)
      }
    }
  }
}
