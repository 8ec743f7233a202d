public import Foundation
internal import GRDB

/// What was deleted together with a forgotten exemplar.
public struct ForgetReport: Sendable, Equatable, Codable {
  public internal(set) var versions = 0
  /// Suggestions that had it in their prompt or quote it.
  public internal(set) var suggestions = 0
  /// Other exemplars, or earlier versions of them, that quote it.
  public internal(set) var quotingExemplars: [Int64] = []
  /// Shared pool files that still hold it.
  public internal(set) var sharedFiles: [String] = []
  /// Older copies beside the database that may still hold it.
  public internal(set) var copies: [URL] = []

  public init() {}
}

extension PromptPool {
  /// A shorter output may occur in another exemplar by chance.
  static let shortestQuote = 24

  /// Removes an exemplar with its versions and vectors, and everything that quotes it, and
  /// overwrites them on disk.
  ///
  /// A suggestion quotes it if it was in the suggestion's prompt or the suggestion contains its
  /// output. Another exemplar quotes it if it contains its whole output, from 24 characters on.
  /// Shared and starter pools do not bring it back; adding it again does. The database is rewritten
  /// (`secure_delete`, `VACUUM`), which takes a while for a large one.
  ///
  /// - Throws: ``PromptPoolError/exemplarNotFound(_:)``; ``PromptPoolError/diskFull(path:)`` before
  ///   anything is deleted; ``PromptPoolError/notOverwritten(path:reason:)`` when it is deleted, but
  ///   the file still holds it.
  @discardableResult
  public func forget(_ id: Int64) throws(PromptPoolError) -> ForgetReport {
    try requireRoomToRewrite()
    var report = try write { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      return try Self.forget(id, db)
    }
    do {
      try writer.barrierWriteWithoutTransaction { db in
        try db.execute(sql: "PRAGMA secure_delete = ON")
        // The index keeps the words of deleted rows until its segments are merged.
        try db.execute(sql: "INSERT INTO exemplarText (exemplarText) VALUES ('optimize')")
        try db.execute(sql: "VACUUM")
        if url != nil { try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      }
      try removeVectorFiles()
    } catch {
      throw .notOverwritten(path: url?.path ?? "in memory", reason: "\(failure(error))")
    }
    if let url {
      for why in ["before-migration", "before-restore", "corrupt"] {
        report.copies += Self.filesBeside(url, why)
      }
    }
    return report
  }

  /// `VACUUM` writes the database once more beside itself, and its log as large again.
  private func requireRoomToRewrite() throws(PromptPoolError) {
    guard let url, let free = DiskSpace.free(at: url.path) else { return }
    let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize
    if free < 2 * (size ?? 0) { throw .diskFull(path: url.path) }
  }

  private static func forget(_ id: Int64, _ db: Database) throws -> ForgetReport {
    var report = ForgetReport()
    let exemplar = try Exemplar.required(db, id)
    let earlier = try Row.fetchAll(
      db, sql: "SELECT output, contentHash FROM exemplarVersions WHERE exemplarID = ?",
      arguments: [id])
    report.versions = earlier.count
    report.sharedFiles = try String.fetchAll(
      db, sql: "SELECT file FROM sharedExemplars WHERE exemplarID = ? ORDER BY file",
      arguments: [id])
    let outputs = Set([exemplar.output] + earlier.map { $0["output"] })
    let hashes = Set([exemplar.contentHash] + earlier.map { $0["contentHash"] })
    try db.execute(
      sql: """
        DELETE FROM suggestions WHERE id IN (SELECT suggestionID FROM shots WHERE exemplarID = ?)
        """,
      arguments: [id])
    report.suggestions = db.changesCount
    for quote in outputs.map({ $0.trimmingCharacters(in: .whitespacesAndNewlines) })
    where quote.count >= shortestQuote {
      try db.execute(
        sql: "DELETE FROM suggestions WHERE instr(text, :q) OR instr(input, :q)",
        arguments: ["q": quote])
      report.suggestions += db.changesCount
      try forgetStandingTexts(quoting: quote, db)
      report.quotingExemplars += try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM exemplars WHERE id <> :id AND (instr(output, :q) OR instr(input, :q))
          UNION SELECT exemplarID FROM exemplarVersions
          WHERE exemplarID <> :id AND (instr(output, :q) OR instr(input, :q))
          """,
        arguments: ["id": id, "q": quote])
    }
    report.quotingExemplars = Set(report.quotingExemplars).sorted()
    for quoting in report.quotingExemplars {
      try delete(quoting, [try Exemplar.required(db, quoting).contentHash], db)
    }
    try delete(id, Array(hashes), db)
    return report
  }

  private static func delete(_ id: Int64, _ hashes: [String], _ db: Database) throws {
    for hash in hashes {
      try db.execute(
        sql: "INSERT INTO forgotten VALUES (?) ON CONFLICT DO NOTHING", arguments: [hash])
    }
    // A suggestion's shots refer to it, and its text may quote it.
    try db.execute(
      sql: """
        DELETE FROM suggestions WHERE id IN (SELECT suggestionID FROM shots WHERE exemplarID = ?)
        """,
      arguments: [id])
    try db.execute(sql: "DELETE FROM outcomes WHERE harvestedAs = ?", arguments: [id])
    try db.execute(sql: "DELETE FROM exemplars WHERE id = ?", arguments: [id])
  }

  /// Standing texts that quote a forgotten output, and instructions about it.
  private static func forgetStandingTexts(quoting quote: String, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM outcomes WHERE instr(standing, :q) OR instr(input, :q)",
      arguments: ["q": quote])
  }

  /// They are rebuilt when needed.
  private func removeVectorFiles() throws {
    guard let url else { return }
    let folder = url.deletingLastPathComponent()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasPrefix(url.lastPathComponent + "-vectors-") {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}

extension PromptPool {
  /// Content that was added again is no longer forgotten.
  static func dropForgottenThatIsBack(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        DELETE FROM forgotten WHERE EXISTS (
          SELECT 1 FROM exemplars WHERE exemplars.contentHash = forgotten.contentHash)
        """
    ).execute()
  }

  /// Whether a user removed, forgot or edited an exemplar with this content.
  static func wasTakenOut(_ hash: String, _ db: Database) throws -> Bool {
    let statement = try db.cachedStatement(
      sql: """
        SELECT EXISTS (SELECT 1 FROM forgotten WHERE contentHash = :hash)
          OR EXISTS (SELECT 1 FROM exemplarVersions WHERE contentHash = :hash)
          OR EXISTS (SELECT 1 FROM exemplars WHERE contentHash = :hash AND retiredBecause = 'removed')
        """)
    return try Bool.fetchOne(statement, arguments: ["hash": hash]) ?? false
  }
}
