import Foundation

/// A file that is written beside its destination and moved there once it is complete. Until then,
/// and if it is abandoned, the destination stays as it was.
final class PartialFile {
  private let path: String
  private let partialPath: String
  private var descriptor: Int32
  private var isFinished = false

  init(for url: URL) throws(ModelWritingError) {
    path = url.path(percentEncoded: false)
    let name = ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).partial"
    partialPath = url.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure() }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      if !isFinished { unlink(partialPath) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(ModelWritingError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, part.baseAddress, part.count)
      #else
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Makes the bytes durable and moves the file into place.
  func finish() throws(ModelWritingError) {
    guard fsync(descriptor) == 0, rename(partialPath, path) == 0 else { throw failure() }
    isFinished = true
  }

  private func failure() -> ModelWritingError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
