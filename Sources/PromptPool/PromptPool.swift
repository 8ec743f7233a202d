public import Foundation
internal import GRDB

/// A project's exemplars, their embeddings, and all suggestions with their feedback, in one SQLite
/// database.
///
/// All calls are synchronous and wait for the disk; several processes may have the same file open.
/// When a writing call returns, its data are durable (`synchronous = FULL`).
public final class PromptPool: Sendable {
  /// The database file; nil for a database in memory.
  public let url: URL?
  let writer: any DatabaseWriter
  /// Nil for a database in memory.
  private let file: FileIdentity?
  let now: @Sendable () -> Date
  /// The folder for files of a database in memory.
  let temporaryPlace = FileManager.default.temporaryDirectory.appending(
    path: "pillow-pool-\(UUID().uuidString)")

  /// Opens or creates the database: file 0600, folder 0700.
  ///
  /// - Parameter clock: the time for stored rows.
  /// - Throws: ``PromptPoolError``; `newerVersion`, `corrupt` and `readOnly` leave the file
  ///   unchanged.
  public convenience init(
    at url: URL, clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(PromptPoolError) {
    let path = url.path
    do {
      let lock = try prepareFile(at: url)
      defer { lock.release() }
      let pool = try DatabasePool(path: path, configuration: Self.configuration)
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Self.backUpBeforeMigration(pool, url, at: clock())
      try Self.migrate(pool, path: path)
      self.init(url: url, writer: pool, now: clock)
    } catch {
      throw PromptPoolError(error, path: path)
    }
  }

  /// A pool that lives as long as the object.
  public static func inMemory(
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(PromptPoolError) -> PromptPool {
    do {
      let queue = try DatabaseQueue(configuration: Self.configuration)
      try Self.migrate(queue, path: ":memory:")
      // Its only connection cannot write while it reads.
      try queue.write(IndexedTerms.prepare)
      return PromptPool(url: nil, writer: queue, now: clock)
    } catch {
      throw PromptPoolError(error, path: ":memory:")
    }
  }

  private init(url: URL?, writer: any DatabaseWriter, now: @escaping @Sendable () -> Date) {
    self.url = url
    file = url.flatMap { FileIdentity(of: $0) }
    self.writer = writer
    self.now = now
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    // An import holds the write lock for its whole duration; others wait instead of failing.
    configuration.busyMode = .timeout(60)
    configuration.label = "PromptPool"
    // Each reader has a page cache of its own; more of them only make memory grow over the hours.
    configuration.maximumReaderCount = 3
    return configuration
  }

  /// A new database needs no backup.
  private static func backUpBeforeMigration(
    _ pool: DatabasePool, _ url: URL, at date: Date
  ) throws {
    let (applied, isCurrent, isNewer) = try pool.read { db in
      (
        try migrator.appliedIdentifiers(db), try migrator.hasCompletedMigrations(db),
        try migrator.hasBeenSuperseded(db)
      )
    }
    guard !applied.isEmpty, !isCurrent, !isNewer else { return }
    // Removes what a process that was killed here left behind; the folder is locked.
    for file in filesBeside(url, "before-migration")
    where file.lastPathComponent.contains(".part") {
      try? FileManager.default.removeItem(at: file)
    }
    try copy(pool, to: backupPlace(of: url, "before-migration", at: date))
  }

  /// Creates a database as an earlier version of the program would have left it.
  ///
  /// - Parameter version: the last migration's number, from 1.
  package static func makeEarlierVersion(_ version: Int, at url: URL) throws {
    try prepareFile(at: url).release()
    let pool = try DatabasePool(path: url.path, configuration: configuration)
    try migrator.migrate(pool, upTo: migrator.migrations[version - 1])
    try pool.close()
  }

  private static func migrate(_ writer: any DatabaseWriter, path: String) throws {
    guard try !writer.read(migrator.hasBeenSuperseded) else {
      throw PromptPoolError.newerVersion(path: path)
    }
    try migrator.migrate(writer)
  }

  func read<T>(_ body: (Database) throws -> T) throws(PromptPoolError) -> T {
    do { return try writer.read(body) } catch { throw failure(error) }
  }

  /// One transaction, which is on disk when this returns.
  ///
  /// - Throws: ``PromptPoolError/replaced(path:)`` where the file that is open is in no folder any
  ///   more: what is written there is lost when the last process closes it.
  func write<T>(_ body: (Database) throws -> T) throws(PromptPoolError) -> T {
    if let url, let file, FileIdentity(of: url) != file { throw .replaced(path: url.path) }
    do { return try writer.write(body) } catch { throw failure(error) }
  }

  /// SQLite's `synchronous` of the writing connection; 2 is FULL.
  package func synchronousLevel() throws(PromptPoolError) -> Int {
    try write { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
  }

  package func journalMode() throws(PromptPoolError) -> String {
    try read { try String.fetchOne($0, sql: "PRAGMA journal_mode") ?? "" }
  }

  /// Which file a path leads to.
  private struct FileIdentity: Equatable {
    private let device, inode: UInt64

    /// - Returns: nil for a file that is not there, and for an empty one: a database never is.
    init?(of url: URL) {
      var status = stat()
      guard stat(url.path, &status) == 0, status.st_size > 0 else { return nil }
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
    }
  }

  func failure(_ error: any Error) -> PromptPoolError {
    PromptPoolError(error, path: url?.path ?? ":memory:")
  }
}
