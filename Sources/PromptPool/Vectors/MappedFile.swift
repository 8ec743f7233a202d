internal import Foundation

/// A mapped file, which is unmapped together with the object.
///
/// `@unchecked`: the bytes are written only before the object is shared.
final class MappedFile: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let size: Int

  /// Maps a whole file for reading; nil if that fails.
  convenience init?(reading path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
    self.init(descriptor, size: Int(status.st_size), protection: PROT_READ)
  }

  /// Maps `size` bytes of an open file for writing.
  convenience init?(writing descriptor: Int32, size: Int) {
    self.init(descriptor, size: size, protection: PROT_READ | PROT_WRITE)
  }

  private init?(_ descriptor: Int32, size: Int, protection: Int32) {
    guard let base = mmap(nil, size, protection, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { return nil }
    self.base = base
    self.size = size
  }

  deinit { munmap(base, size) }

  func pointer<T>(at offset: Int, to type: T.Type) -> UnsafeMutablePointer<T> {
    (base + offset).assumingMemoryBound(to: type)
  }
}
