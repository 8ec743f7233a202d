internal import GRDB
internal import GRDBSQLite

/// Finds near duplicates of a batch of new exemplars, in the pool and within the batch.
///
/// The pool's signatures are read once per batch and not kept, so memory does not grow with the
/// pool.
struct NearDuplicateFinder {
  private var table: BandTable
  private var sketches: SketchCache

  /// - Parameters:
  ///   - batch: signatures of the exemplars that may be added.
  ///   - sketches: those of the previous batch, from ``end(_:)``.
  init(_ batch: [TextSignature], sketches: SketchCache, _ db: Database) throws {
    table = BandTable(wanting: batch)
    self.sketches = sketches
    if batch.isEmpty { return }
    try self.sketches.validate(room: batch.count, db)
    let statement = try db.cachedStatement(
      sql: "SELECT exemplarID, bandsLow, bandsHigh FROM exemplarSignatures")
    let rows = try Row.fetchCursor(statement)
    // A row's own accessors check its type each time, and these are the rows of the whole pool.
    while try rows.next() != nil {
      let row = statement.sqliteStatement
      table.insert(
        sqlite3_column_int64(row, 0),
        TextSignature(low: sqlite3_column_int64(row, 1), high: sqlite3_column_int64(row, 2)))
    }
  }

  /// The oldest exemplar that is nearly the same; nil if there is none.
  mutating func match(
    for content: PreparedRecord.Content, _ db: Database
  ) throws -> (id: Int64, similarity: Double)? {
    for id in table.candidates(for: content.signature) {
      guard try sketches.canBeNear(id, content.sketch, db),
        let found = try Exemplar.fetch(db, where: "id = :id AND retiredAt IS NULL", ["id": id])
          .first
      else { continue }
      if let similarity = similarity(content.draft, found.draft) { return (id, similarity) }
    }
    return nil
  }

  mutating func insert(_ id: Int64, _ content: PreparedRecord.Content) {
    table.insert(id, content.signature)
    sketches.keep(content.sketch, of: id)
  }

  /// The sketches that the next batch may use.
  consuming func end(_ db: Database) throws -> SketchCache {
    try sketches.endBatch(db)
    return sketches
  }
}

/// Sketches of exemplars, read from the database on first use; two that share a slot replace each
/// other.
///
/// They stay valid from batch to batch as long as nobody else writes.
struct SketchCache {
  private static let mostPlaces = 1 << 17

  private var ids: [Int64] = []
  private var sketches: [TextSketch] = []
  private var state: [Int64] = []

  /// Changes when another connection or this one has written.
  private static func state(_ db: Database) throws -> [Int64] {
    [
      try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0, Int64(db.totalChangesCount),
    ]
  }

  /// - Parameter room: the number of exemplars to come.
  fileprivate mutating func validate(room: Int, _ db: Database) throws {
    let newest = try Int.fetchOne(db, sql: "SELECT max(exemplarID) FROM exemplarSignatures") ?? 0
    let places = min(Self.mostPlaces, 1 << (Int.bitWidth - (newest + room).leadingZeroBitCount))
    let isValid = try Self.state(db) == state
    if isValid, ids.count >= places { return }
    let (oldIDs, oldSketches) = isValid ? (ids, sketches) : ([], [])
    ids = [Int64](repeating: 0, count: places)
    sketches = [TextSketch](repeating: TextSketch(), count: places)
    for (id, sketch) in zip(oldIDs, oldSketches) where id > 0 { keep(sketch, of: id) }
  }

  fileprivate mutating func endBatch(_ db: Database) throws { state = try Self.state(db) }

  fileprivate mutating func keep(_ sketch: TextSketch, of id: Int64) {
    guard !ids.isEmpty else { return }
    let place = Int(id) & (ids.count - 1)
    ids[place] = id
    sketches[place] = sketch
  }

  /// False if the exemplar is gone.
  fileprivate mutating func canBeNear(
    _ id: Int64, _ sketch: TextSketch, _ db: Database
  ) throws -> Bool {
    let place = Int(id) & (ids.count - 1)
    if ids[place] != id {
      let statement = try db.cachedStatement(
        sql: "SELECT instruction, input, output FROM exemplars WHERE id = ?")
      guard let row = try Row.fetchOne(statement, arguments: [id]) else { return false }
      let draft = ExemplarDraft(instruction: row[0], input: row[1], output: row[2])
      keep(TextSignature.reading(draft).sketch, of: id)
    }
    return sketches[place].canBeNear(sketch)
  }
}
