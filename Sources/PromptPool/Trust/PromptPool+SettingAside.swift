public import Foundation
internal import GRDB

extension PromptPool {
  /// Opens or creates the database. A damaged one is renamed together with its log, and a new one
  /// is created.
  ///
  /// - Parameter isKnownDamaged: whether SQLite found damage in use, which may not show on opening.
  /// - Returns: the pool, and the new name of the damaged database.
  /// - Throws: ``PromptPoolError``, but not `corrupt`.
  public static func openSettingDamageAside(
    at url: URL, isKnownDamaged: Bool = false,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(PromptPoolError) -> (pool: PromptPool, setAside: URL?) {
    do throws(PromptPoolError) {
      let setAside = isKnownDamaged ? try setAside(url, at: clock()) : nil
      return (try PromptPool(at: url, clock: clock), setAside)
    } catch .corrupt {
      let setAside = try setAside(url, at: clock())
      return (try PromptPool(at: url, clock: clock), setAside)
    }
  }

  /// Renames a damaged database together with its log, so that a recovery finds both.
  ///
  /// - Returns: nil if another process has already done it.
  package static func setAside(_ url: URL, at date: Date) throws(PromptPoolError) -> URL? {
    let lock = try prepareFile(at: url)
    defer { lock.release() }
    guard isLost(url) || isDamaged(url) else { return nil }
    let target = backupPlace(of: url, "corrupt", at: date)
    for suffix in ["-wal", "-shm", ""] {
      let (from, to) = (url.path + suffix, target.path + suffix)
      guard rename(from, to) == 0 || (errno == ENOENT && !suffix.isEmpty) else {
        throw .readOnly(path: url.path)
      }
    }
    return target
  }

  /// Whether the database was removed or emptied while its log is still there, which would be taken
  /// for the log of the new one.
  private static func isLost(_ url: URL) -> Bool {
    let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize
    return size == 0 && FileManager.default.fileExists(atPath: url.path + "-wal")
  }

  /// Reads the whole file (`PRAGMA quick_check`); a file that cannot be opened does not count as
  /// damaged.
  private static func isDamaged(_ url: URL) -> Bool {
    do {
      let queue = try DatabaseQueue(path: url.path)
      return try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") != "ok" }
    } catch let error as DatabaseError {
      return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    } catch {
      return false
    }
  }

  /// Copies beside a database that were made for a given reason, oldest first.
  static func filesBeside(_ url: URL, _ why: String) -> [URL] {
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let start = "\(url.lastPathComponent)-\(why)-"
    return names.filter { $0.hasPrefix(start) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
      .sorted().map { folder.appending(path: $0) }
  }

  /// The findings of `PRAGMA integrity_check`; empty for an intact database.
  public func damage() throws(PromptPoolError) -> [String] {
    let found = try read { try String.fetchAll($0, sql: "PRAGMA integrity_check(100)") }
    return found == ["ok"] ? [] : found
  }
}
