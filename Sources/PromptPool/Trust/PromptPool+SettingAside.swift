public import Foundation
internal import GRDB

extension PromptPool {
  /// Opens or makes the database; one that is damaged is renamed, with its log, and a new one
  /// begun.
  ///
  /// - Parameter isKnownDamaged: SQLite has found damage in use, which need not show when it is
  ///   opened.
  /// - Returns: the pool, and what the damaged database is called now.
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

  /// Renames a damaged database, with its log, so that recovering finds both.
  ///
  /// - Returns: nil when another process has done it meanwhile.
  package static func setAside(_ url: URL, at date: Date) throws(PromptPoolError) -> URL? {
    let lock = try prepareFile(at: url)
    defer { lock.release() }
    guard isDamaged(url) else { return nil }
    let target = backupPlace(of: url, "corrupt", at: date)
    for suffix in ["-wal", "-shm", ""] {
      let (from, to) = (url.path + suffix, target.path + suffix)
      guard rename(from, to) == 0 || (errno == ENOENT && !suffix.isEmpty) else {
        throw .readOnly(path: url.path)
      }
    }
    return target
  }

  /// Reads the whole file (`PRAGMA quick_check`); nothing that cannot be opened is taken for
  /// damage.
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

  /// Copies beside a database that were made for a reason, oldest first.
  static func filesBeside(_ url: URL, _ why: String) -> [URL] {
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let start = "\(url.lastPathComponent)-\(why)-"
    return names.filter { $0.hasPrefix(start) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
      .sorted().map { folder.appending(path: $0) }
  }

  /// What `PRAGMA integrity_check` finds; empty for a whole database.
  public func damage() throws(PromptPoolError) -> [String] {
    let found = try read { try String.fetchAll($0, sql: "PRAGMA integrity_check(100)") }
    return found == ["ok"] ? [] : found
  }
}
