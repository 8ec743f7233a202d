internal import Foundation
internal import GRDB

/// Stores mined exemplars of one source within a transaction.
struct MinedWriting {
  private let source: String
  private let pool: String
  private let date: Date
  private var finder: NearDuplicateFinder
  private(set) var changes = MinedChanges()

  init(
    source: String, pool: String, at date: Date, _ contents: [PreparedRecord.Content],
    _ db: Database
  ) throws {
    self.source = source
    self.pool = pool
    self.date = date
    finder = try NearDuplicateFinder(contents.map(\.signature), sketches: SketchCache(), db)
  }

  mutating func store(
    _ record: MinedRecord, _ content: PreparedRecord.Content, _ db: Database
  ) throws {
    let known = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT m.exemplarID, m.contentHash, e.contentHash, e.retiredBecause, e.retiredAt IS NULL
          FROM minedExemplars m JOIN exemplars e ON e.id = m.exemplarID
          WHERE m.source = ? AND m.key = ?
          """),
      arguments: [source, record.key])
    guard let known else { return try add(record, content, db) }
    let id: Int64 = known[0]
    let mined: String = known[1]
    let current: String = known[2]
    let because: String? = known[3]
    if because == "removed" || mined != current {
      changes.kept += 1
      return
    }
    let isLive: Bool = known[4]
    if content.hash == current {
      try db.execute(
        sql: """
          UPDATE exemplars SET origin = ?, retiredAt = NULL, retiredBecause = NULL WHERE id = ?
          """,
        arguments: [record.origin, id])
      if !isLive { changes.added += 1 }
      return try note(record, content.hash, id, db)
    }
    try replace(id, with: record, content, db)
  }

  private mutating func add(
    _ record: MinedRecord, _ content: PreparedRecord.Content, _ db: Database
  ) throws {
    if try isTakenOut([content.hash, MinedRecord.mark(source, record.key)], db) {
      changes.kept += 1
      return
    }
    let insertion = try ExemplarInsertion(pool: pool, origin: record.origin, at: date, db)
    if case .not = try insertion.known(content.hash), let twin = try finder.match(for: content, db)
    {
      return try note(record, twinOf: twin.id, db)
    }
    switch try insertion.store(content) {
    case .duplicate(let twin): try note(record, twinOf: twin, db)
    case .added(let id):
      changes.added += 1
      finder.insert(id, content)
      try note(record, content.hash, id, db)
    }
  }

  /// Whether a person removed or forgot it. Earlier versions do not count: code goes back to what it
  /// was.
  private func isTakenOut(_ hashes: [String], _ db: Database) throws -> Bool {
    let statement = try db.cachedStatement(
      sql: """
        SELECT EXISTS (SELECT 1 FROM forgotten WHERE contentHash = :hash)
          OR EXISTS (SELECT 1 FROM exemplars
            WHERE contentHash = :hash AND retiredBecause = 'removed')
        """)
    return try hashes.contains { try Bool.fetchOne(statement, arguments: ["hash": $0]) ?? false }
  }

  private mutating func note(_ record: MinedRecord, twinOf id: Int64, _ db: Database) throws {
    changes.nearDuplicates += 1
    guard let path = record.path else { return }
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO minedTwins VALUES (?, ?, ?, ?)")
      .execute(arguments: [source, record.key, path, id])
  }

  private mutating func replace(
    _ id: Int64, with record: MinedRecord, _ content: PreparedRecord.Content, _ db: Database
  ) throws {
    if try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM exemplars WHERE contentHash = ? AND id <> ?)",
      arguments: [content.hash, id]) ?? false
    {
      // It has become the same as another one, and what it was is no longer there.
      try db.execute(
        sql: """
          UPDATE exemplars SET retiredAt = ?, retiredBecause = 'no longer there'
          WHERE id = ? AND retiredAt IS NULL AND isPinned = 0
          """,
        arguments: [date.timeIntervalSince1970, id])
      changes.note(retired: db.changesCount)
      try db.execute(
        sql: "DELETE FROM minedExemplars WHERE source = ? AND key = ?",
        arguments: [source, record.key])
      return try add(record, content, db)
    }
    try db.replaceContent(
      of: id, with: record.draft, hash: content.hash, at: date.timeIntervalSince1970)
    try db.execute(
      sql: """
        UPDATE exemplars SET origin = ?, retiredAt = NULL, retiredBecause = NULL WHERE id = ?
        """,
      arguments: [record.origin, id])
    try sign(id, content.signature, db)
    try note(record, content.hash, id, db)
    changes.changed += 1
  }

  private func note(
    _ record: MinedRecord, _ hash: String, _ id: Int64, _ db: Database
  ) throws {
    // An exemplar belongs to one key: that of a file's old name counts no more.
    try db.cachedStatement(
      sql: "DELETE FROM minedExemplars WHERE exemplarID = ? AND NOT (source = ? AND key = ?)"
    ).execute(arguments: [id, source, record.key])
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO minedExemplars
          (source, key, exemplarID, contentHash, path, author, licence, score, writtenAt)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      source, record.key, id, hash, record.path, record.author, record.licence, record.score,
      record.writtenAt.timeIntervalSince1970,
    ])
  }
}
