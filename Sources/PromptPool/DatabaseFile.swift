import ErrorWording
internal import Foundation

/// Held while a database is opened: only one process at a time may switch to WAL and migrate.
struct FolderLock {
  fileprivate let descriptor: Int32

  func release() {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// Creates the folder (0700) and the file (0600), whose mode SQLite's -wal and -shm files inherit,
/// and locks the folder.
func prepareFile(at url: URL) throws(PromptPoolError) -> FolderLock {
  let folder = url.deletingLastPathComponent().path
  let path = url.path
  if !FileManager.default.fileExists(atPath: folder) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .cannotCreate(path: folder, reason: ErrorWording.reason(error))
    }
  }
  let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folderDescriptor >= 0 else {
    throw .cannotCreate(path: folder, reason: String(cString: strerror(errno)))
  }
  let lock = FolderLock(descriptor: folderDescriptor)
  while flock(folderDescriptor, LOCK_EX) != 0 && errno == EINTR {}
  let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  guard file >= 0 else {
    let code = errno
    lock.release()
    switch code {
    case EACCES, EROFS, EPERM: throw .readOnly(path: path)
    case ENOSPC, EDQUOT: throw .diskFull(path: path)
    default: throw .cannotCreate(path: path, reason: String(cString: strerror(code)))
    }
  }
  fchmod(file, 0o600)
  close(file)
  return lock
}
