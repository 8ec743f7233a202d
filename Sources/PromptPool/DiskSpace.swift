internal import Foundation

/// Room on the disk that a file is on.
enum DiskSpace {
  /// Less is as good as none: a page and the files beside a database.
  private static let little = 1 << 20

  /// Bytes that this user may still write; nil when that cannot be told.
  static func free(at path: String) -> Int? {
    var status = statvfs()
    let folder = (path as NSString).deletingLastPathComponent
    guard statvfs(path, &status) == 0 || statvfs(folder, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
  }

  static func isFull(at path: String) -> Bool { free(at: path).map { $0 < little } ?? false }
}
