public import Foundation

/// A whole file mapped read-only into memory; its pages are read when they are first touched.
///
/// `@unchecked`: the mapping is read-only and lives as long as the object.
public final class MappedFile: @unchecked Sendable {
  /// The file's path, for messages.
  public let path: String
  /// The file's bytes, page-aligned, valid as long as this object; never empty.
  public let bytes: UnsafeRawBufferPointer

  /// - Throws: `unreadable` for what cannot be opened or is no regular file, `damaged` for an
  ///   empty file.
  public init(contentsOf url: URL) throws(ModelFormatError) {
    path = url.path(percentEncoded: false)
    bytes = try Self.map(path)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  /// Gives back the memory that holds the file's pages; they are read again when they are touched.
  ///
  /// For weights that have been copied into another layout: the process shrinks by their size.
  public func dropResidentPages() {
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
  }

  private static func map(_ path: String) throws(ModelFormatError) -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: lastSystemError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no file")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw .damaged(path: path, reason: "it is empty") }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw .unreadable(path: path, reason: lastSystemError()) }
    return UnsafeRawBufferPointer(start: address, count: size)
  }

  private static func lastSystemError() -> String { String(cString: strerror(errno)) }
}
