package import Foundation

/// File system calls that Foundation lacks.
package enum FileSystem {
  /// The size of a regular file, or `nil` if there is none.
  package static func size(_ url: URL) -> Int64? {
    var status = stat()
    guard stat(url.path(percentEncoded: false), &status) == 0, status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    return Int64(status.st_size)
  }

  /// The total size of all files below a folder.
  static func totalSize(_ folder: URL) -> Int64 {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var total: Int64 = 0
    while let file = files?.nextObject() as? URL { total += size(file) ?? 0 }
    return total
  }

  /// The space that is available to this user.
  package static func freeBytes(_ folder: URL) -> Int64? {
    var status = statvfs()
    guard statvfs(folder.path(percentEncoded: false), &status) == 0 else { return nil }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }

  /// Flushes a file or folder to the disk before its name becomes visible to others.
  static func synchronize(_ url: URL) throws(ModelStoreError) {
    let descriptor = open(url.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModelStoreError(writing: url, errno: errno) }
    defer { close(descriptor) }
    // A file system that does not support it reports EINVAL; there is no better way then.
    if fsync(descriptor) != 0, errno != EINVAL { throw ModelStoreError(writing: url, errno: errno) }
  }

  /// Swaps a folder with another in one step; the old one ends up where the new one was. If there
  /// is no old one, this is a plain rename.
  static func exchange(_ new: URL, with old: URL) throws(ModelStoreError) {
    let source = new.path(percentEncoded: false)
    let target = old.path(percentEncoded: false)
    if rename(source, target) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
      throw ModelStoreError(writing: old, errno: errno)
    }
    if let swap = swapNames, swap(AT_FDCWD, source, AT_FDCWD, target, renameExchange) == 0 {
      return
    }
    // For file systems without exchange: two steps, between which the model is missing.
    let aside = source + ".replaced"
    guard rename(target, aside) == 0 else { throw ModelStoreError(writing: old, errno: errno) }
    guard rename(source, target) == 0 else {
      let code = errno
      rename(aside, target)
      throw ModelStoreError(writing: old, errno: code)
    }
    rename(aside, source)
  }

  /// Linux's `RENAME_EXCHANGE`.
  private static let renameExchange: UInt32 = 2

  private typealias RenameAt2 =
    @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

  /// `renameat2` of glibc 2.28, which Swift's import of the C library hides.
  private static let swapNames: RenameAt2? = dlsym(nil, "renameat2").map {
    unsafeBitCast($0, to: RenameAt2.self)
  }
}
