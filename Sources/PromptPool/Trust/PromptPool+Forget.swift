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
  /// Removes an exemplar with its versions and vectors, and everything that quotes it, and
  /// overwrites them on disk.
  ///
  /// A suggestion quotes it if it was in the suggestion's prompt or the suggestion contains its
  /// output. Another exemplar quotes it if it contains its whole output, from 24 characters on. White
  /// space makes no difference.
  /// Shared and starter pools do not bring it back; adding it again does. The database is rewritten
  /// (`secure_delete`, `VACUUM`), which takes a while for a large one.
  ///
  /// - Throws: ``PromptPoolError/exemplarNotFound(_:)``; ``PromptPoolError/diskFull(path:)`` before
  ///   anything is deleted; ``PromptPoolError/notOverwritten(path:reason:)`` when it is deleted, but
  ///   the file still holds it.
  @discardableResult
  public func forget(_ id: Int64) throws(PromptPoolError) -> ForgetReport {
    try requireRoomToRewrite()
    let date = now()
    var report = try write { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      return try Self.forget(id, at: date, db)
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

  private static func forget(
    _ id: Int64, at date: Date, _ db: Database
  ) throws -> ForgetReport {
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
    for quote in outputs.compactMap({ Quote(of: $0) }) {
      for id in try quote.holders(in: "suggestions", ["instruction", "input", "text"], db) {
        try db.execute(sql: "DELETE FROM suggestions WHERE rowid = ?", arguments: [id])
        report.suggestions += 1
      }
      for id in try quote.holders(in: "outcomes", ["instruction", "input", "standing"], db) {
        try db.execute(sql: "DELETE FROM outcomes WHERE rowid = ?", arguments: [id])
      }
      let texts = ["instruction", "input", "output"]
      report.quotingExemplars += try quote.holders(in: "exemplars", texts, db)
      report.quotingExemplars += try quote.holders(
        in: "exemplarVersions", texts, id: "exemplarID", db)
    }
    // What others have told may quote it as well.
    try db.execute(sql: "DELETE FROM teamOutcomes WHERE record LIKE '%\"text\":%'")
    try db.execute(
      sql: "UPDATE teamMember SET textsForgottenAt = ?", arguments: [date.timeIntervalSince1970])
    report.quotingExemplars.removeAll { $0 == id }
    report.quotingExemplars = Set(report.quotingExemplars).sorted()
    for quoting in report.quotingExemplars {
      try delete(quoting, [try Exemplar.required(db, quoting).contentHash], db)
    }
    try delete(id, Array(hashes), db)
    try noteErasure(db)
    return report
  }

  private static func delete(_ id: Int64, _ hashes: [String], _ db: Database) throws {
    let mined = try Row.fetchAll(
      db, sql: "SELECT source, key FROM minedExemplars WHERE exemplarID = ?", arguments: [id]
    ).map { MinedRecord.mark($0[0], $0[1]) }
    for hash in hashes + mined {
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

/// An output that other texts may contain: whatever their white space, since an answer is indented
/// where it is inserted, and line ends differ.
private struct Quote {
  /// A shorter output may occur in another text by chance.
  private static let shortest = 24

  /// The longest line, which every quote contains.
  private let probe: String
  private let compact: String

  init?(of output: String) {
    let text = output.trimmingCharacters(in: .whitespacesAndNewlines)
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard text.count >= Self.shortest, let longest = lines.max(by: { $0.count < $1.count }) else {
      return nil
    }
    probe = longest
    compact = Self.compact(text)
  }

  private static func compact(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  /// The rows of a table that hold it.
  func holders(
    in table: String, _ columns: [String], id: String = "rowid", _ db: Database
  ) throws -> [Int64] {
    let condition = columns.map { "instr(\($0), :probe)" }.joined(separator: " OR ")
    let rows = try Row.fetchCursor(
      db, sql: "SELECT \(id), \(columns.joined(separator: ", ")) FROM \(table) WHERE \(condition)",
      arguments: ["probe": probe])
    var found: [Int64] = []
    while let row = try rows.next() {
      let texts = columns.indices.map { (row[$0 + 1] as String?) ?? "" }
      if texts.contains(where: { Self.compact($0).contains(compact) }) { found.append(row[0]) }
    }
    return found
  }
}
