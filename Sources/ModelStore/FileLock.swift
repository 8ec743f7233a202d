package import Foundation

/// An advisory lock on a file, held until the value is released. It ends with the process, so a
/// crash leaves nothing locked.
package struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// - Returns: `nil` while another process or another fetch in this process holds it.
  package init?(at url: URL) throws(ModelStoreError) {
    descriptor = open(url.path(percentEncoded: false), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ModelStoreError(writing: url, errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK || code == EINTR { return nil }
      throw ModelStoreError(writing: url, errno: code)
    }
  }

  deinit {
    close(descriptor)
  }
}
