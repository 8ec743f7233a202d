public import Foundation

/// A whole file mapped read-only into memory; its pages are read on first access.
///
/// `@unchecked`: the mapping is read-only and lives as long as the object.
public final class MappedFile: @unchecked Sendable {
  /// The file's path, for messages.
  public let path: String
  /// The file's bytes, aligned to 16, valid as long as this object; never empty.
  public let bytes: UnsafeRawBufferPointer
  private let pages: UnsafeRawBufferPointer

  /// - Throws: `unreadable` if the file cannot be opened or is not a regular file, `damaged` if it
  ///   is empty.
  public init(contentsOf url: URL) throws(ModelFormatError) {
    path = url.path(percentEncoded: false)
    pages = try Self.map(path)
    bytes = pages
  }

  /// A copy of bytes that acts as a file, at the end of a page and before an unreadable one: code
  /// that reads past the end (by 16 bytes or more) crashes.
  package init(guarding copy: [UInt8], path: String) throws(ModelFormatError) {
    guard !copy.isEmpty else { throw .damaged(path: path, reason: "it is empty") }
    let pageSize = Int(getpagesize())
    let used = (copy.count + pageSize - 1) / pageSize * pageSize
    guard
      let address = mmap(
        nil, used + pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      address != MAP_FAILED, mprotect(address + used, pageSize, PROT_NONE) == 0
    else { throw .unreadable(path: path, reason: Self.lastSystemError()) }
    let start = address + (used - copy.count) / 16 * 16
    copy.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: start, count: copy.count).copyMemory(from: $0)
    }
    self.path = path
    pages = UnsafeRawBufferPointer(start: address, count: used + pageSize)
    bytes = UnsafeRawBufferPointer(start: start, count: copy.count)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: pages.baseAddress), pages.count)
  }

  /// Releases the memory that holds the file's pages; they are read again on access.
  ///
  /// Use this after weights were copied into another layout: the process shrinks by their size.
  public func dropResidentPages() {
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
  }

  private static func map(_ path: String) throws(ModelFormatError) -> UnsafeRawBufferPointer {
    // Without blocking: a pipe would wait for its writer, and has no place here anyway.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: lastSystemError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a regular file")
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
