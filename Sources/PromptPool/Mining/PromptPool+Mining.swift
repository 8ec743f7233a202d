public import Foundation
internal import GRDB

extension PromptPool {
  /// Stores what was mined: new exemplars, and new versions of those whose content has changed.
  ///
  /// What a person removed or forgot stays away, and what a person edited stays as it is.
  ///
  /// - Parameters:
  ///   - records: in the order in which they enter the pool.
  ///   - source: the kind of work; keys are unique within it.
  public func storeMined(
    _ records: [MinedRecord], source: String, pool: String
  ) throws(PromptPoolError) -> MinedChanges {
    guard !records.isEmpty else { return MinedChanges() }
    let date = now()
    let contents = records.map { PreparedRecord.Content($0.draft) }
    return try write { db in
      var writing = try MinedWriting(source: source, pool: pool, at: date, contents, db)
      for (record, content) in zip(records, contents) where record.draft.problem == nil {
        try writing.store(record, content, db)
      }
      try Self.dropForgottenThatIsBack(db)
      return writing.changes
    }
  }

  /// What is stored of a source, by key.
  public func minedEntries(source: String) throws(PromptPoolError) -> [String: MinedEntry] {
    let entries = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT m.key, m.exemplarID, e.origin, m.path, m.score, m.writtenAt,
            e.retiredAt IS NOT NULL, m.author, m.licence
          FROM minedExemplars m JOIN exemplars e ON e.id = m.exemplarID WHERE m.source = ?
          """,
        arguments: [source]
      ).map { row in
        MinedEntry(
          key: row[0], exemplarID: row[1], origin: row[2], path: row[3], author: row[7],
          licence: row[8], score: row[4],
          writtenAt: Date(timeIntervalSince1970: row[5]), isRetired: row[6])
      }
    }
    return Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Retires mined exemplars whose work no longer exists. What a person pinned or edited stays.
  ///
  /// - Returns: how many.
  @discardableResult
  public func retireMined(source: String, keys: [String]) throws(PromptPoolError) -> Int {
    guard !keys.isEmpty else { return 0 }
    let date = now().timeIntervalSince1970
    return try write { db in
      var retired = 0
      for key in keys {
        try db.cachedStatement(
          sql: """
            UPDATE exemplars SET retiredAt = ?, retiredBecause = 'no longer there'
            WHERE retiredAt IS NULL AND isPinned = 0 AND EXISTS (
              SELECT 1 FROM minedExemplars m WHERE m.exemplarID = exemplars.id AND m.source = ?
                AND m.key = ? AND m.contentHash = exemplars.contentHash)
            """
        ).execute(arguments: [date, source, key])
        retired += db.changesCount
      }
      return retired
    }
  }

  /// Forgets what was nearly the same as other exemplars, of files that are read again.
  public func dropTwins(source: String, of paths: Set<String>) throws(PromptPoolError) {
    try write { db in
      for path in paths {
        try db.cachedStatement(sql: "DELETE FROM minedTwins WHERE source = ? AND path = ?")
          .execute(arguments: [source, path])
      }
    }
  }

  /// Lets the files be read again whose exemplars were left out as nearly the same as ones that are
  /// gone by now.
  ///
  /// - Returns: whether there are any.
  public func releaseTwins() throws(PromptPoolError) -> Bool {
    try write { db in
      let paths = try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT path FROM minedTwins t JOIN exemplars e ON e.id = t.exemplarID
          WHERE e.retiredAt IS NOT NULL AND e.retiredBecause = 'no longer there'
          """)
      for path in paths {
        try db.execute(sql: "DELETE FROM minedFiles WHERE path = ?", arguments: [path])
        try db.execute(sql: "DELETE FROM minedTwins WHERE path = ?", arguments: [path])
      }
      return !paths.isEmpty
    }
  }

  /// Takes out everything that was mined, and forgets how far mining was. Exemplars that a person
  /// edited stay, and those that suggestions refer to are retired.
  ///
  /// - Returns: how many exemplars left the pool.
  @discardableResult
  public func undoMining() throws(PromptPoolError) -> Int {
    let date = now().timeIntervalSince1970
    return try write { db in
      let own = """
        id IN (SELECT m.exemplarID FROM minedExemplars m
          WHERE m.exemplarID = exemplars.id AND m.contentHash = exemplars.contentHash)
        """
      let live =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM exemplars WHERE retiredAt IS NULL AND \(own)") ?? 0
      // What a person removed is remembered as such.
      try db.execute(
        sql: """
          DELETE FROM exemplars WHERE \(own) AND coalesce(retiredBecause, '') <> 'removed'
            AND NOT EXISTS (SELECT 1 FROM shots WHERE shots.exemplarID = exemplars.id);
          """)
      try db.execute(
        sql: """
          UPDATE exemplars SET retiredAt = ?, retiredBecause = 'mining undone'
          WHERE retiredAt IS NULL AND \(own)
          """,
        arguments: [date])
      try db.execute(
        sql: """
          -- What a person edited stays known, or it would be mined once more beside it.
          DELETE FROM minedExemplars WHERE NOT EXISTS (
            SELECT 1 FROM exemplars e WHERE e.id = exemplarID AND e.retiredAt IS NULL
              AND e.contentHash <> minedExemplars.contentHash);
          DELETE FROM minedTwins; DELETE FROM minedFiles; DELETE FROM miningState;
          INSERT INTO miningState VALUES ('consent', 'no');
          """)
      return live
    }
  }

  /// How many live exemplars each source has.
  public func minedCounts() throws(PromptPoolError) -> [String: Int] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT m.source, count(*) FROM minedExemplars m JOIN exemplars e ON e.id = m.exemplarID
          WHERE e.retiredAt IS NULL GROUP BY m.source
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Int) })
    }
  }

  // MARK: How far mining is

  public func miningState(_ name: String) throws(PromptPoolError) -> String? {
    try read {
      try String.fetchOne(
        $0, sql: "SELECT value FROM miningState WHERE name = ?", arguments: [name])
    }
  }

  /// - Parameter value: nil removes it.
  public func setMiningState(_ name: String, _ value: String?) throws(PromptPoolError) {
    try write { db in
      if let value {
        try db.execute(
          sql: "INSERT OR REPLACE INTO miningState VALUES (?, ?)", arguments: [name, value])
      } else {
        try db.execute(sql: "DELETE FROM miningState WHERE name = ?", arguments: [name])
      }
    }
  }

  /// A file that was read, with what it declares.
  public struct MinedFile: Sendable, Hashable {
    public var fingerprint: String
    public var declarations: Data?

    public init(fingerprint: String, declarations: Data? = nil) {
      self.fingerprint = fingerprint
      self.declarations = declarations
    }
  }

  /// The files that were read, by their paths.
  public func minedFiles() throws(PromptPoolError) -> [String: MinedFile] {
    try read { db in
      var files: [String: MinedFile] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM minedFiles")
      while let row = try rows.next() {
        files[row["path"]] = MinedFile(
          fingerprint: row["fingerprint"], declarations: row["declarations"])
      }
      return files
    }
  }

  /// Remembers files that were read, and forgets those that are gone.
  public func setMinedFiles(
    _ files: [String: MinedFile], removing gone: [String]
  ) throws(PromptPoolError) {
    try write { db in
      for path in gone {
        try db.execute(sql: "DELETE FROM minedFiles WHERE path = ?", arguments: [path])
      }
      for (path, file) in files {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO minedFiles VALUES (?, ?, ?)")
          .execute(arguments: [path, file.fingerprint, file.declarations])
      }
    }
  }
}
