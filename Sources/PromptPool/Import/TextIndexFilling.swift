internal import GRDB

/// Fills the full-text index once for all exemplars that a transaction inserts.
///
/// The trigger that does so for a single one makes each insertion a savepoint, at which FTS5 writes what it
/// has gathered in memory: a segment for each exemplar, which took 38 % of an import's time. Others never
/// see the database without the trigger, since it comes back in the same transaction.
struct TextIndexFilling {
  private var newest: Int64?

  /// To be called before each insertion.
  mutating func begin(_ db: Database) throws {
    guard newest == nil else { return }
    // Numbers are not given twice, so what follows is newer.
    newest = try Int64.fetchOne(
      db, sql: "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'exemplars'), 0)")
    try db.execute(sql: "DROP TRIGGER exemplarTextInsert")
  }

  /// To be called before the transaction ends.
  mutating func end(_ db: Database) throws {
    guard let newest else { return }
    let columns = fullTextColumns
    // Segments are merged sixteen at a time while there are many, and four at a time as ever afterwards.
    try setMerging(0, db)
    try db.execute(
      sql: """
        INSERT INTO exemplarText (rowid, \(columns))
        SELECT id, \(columns) FROM exemplars WHERE id > ? ORDER BY id
        """,
      arguments: [newest])
    try setMerging(4, db)
    try db.execute(sql: fullTextInsertTrigger)
    self.newest = nil
  }

  /// FTS5's `automerge`; 4 is its default.
  private func setMerging(_ segments: Int, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO exemplarText (exemplarText, rank) VALUES ('automerge', ?)",
      arguments: [segments])
  }
}
