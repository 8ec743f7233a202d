internal import GRDB

/// Fills the full-text index once for all exemplars that a transaction inserts.
///
/// The trigger that does so for a single one makes each insertion a savepoint, at which FTS5 writes
/// what it has gathered in memory: a segment for each exemplar, which took 38 % of an import's
/// time. Others never see the database without the trigger, since it comes back in the same
/// transaction.
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
    // Merging takes a third of the time that the index does, so it is left to later writes, by
    // which FTS5 merges four segments at a time, in small steps; more than this are merged at once.
    try set("automerge", 0, db)
    try set("crisismerge", 64, db)
    // What is gathered in memory before a segment is written stays in the processor's cache.
    try set("hashsize", 1 << 19, db)
    try db.execute(
      sql: """
        INSERT INTO exemplarText (rowid, \(columns))
        SELECT id, \(columns) FROM exemplars WHERE id > ? ORDER BY id
        """,
      arguments: [newest])
    try set("hashsize", 1 << 20, db)
    try set("automerge", 4, db)
    try db.execute(sql: fullTextInsertTrigger)
    self.newest = nil
  }

  /// An option of FTS5's; by default, `automerge` is 4, `crisismerge` 16 and `hashsize` 1 MiB.
  private func set(_ option: String, _ value: Int, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO exemplarText (exemplarText, rank) VALUES (?, ?)",
      arguments: [option, value])
  }
}
