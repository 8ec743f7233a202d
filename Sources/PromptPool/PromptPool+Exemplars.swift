internal import Foundation
internal import GRDB

extension PromptPool {
  /// Exemplars by ascending id.
  ///
  /// - Parameters:
  ///   - pool: only those of this pool; nil for all.
  ///   - includingRetired: whether to include removed ones.
  public func exemplars(
    pool: String? = nil, tag: String? = nil, language: String? = nil,
    includingRetired: Bool = false
  ) throws(PromptPoolError) -> [Exemplar] {
    try read { db in
      try Exemplar.fetch(
        db,
        where: """
          (:pool IS NULL OR pool = :pool) AND (:language IS NULL OR language = :language)
          AND (:retired OR retiredAt IS NULL)
          AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag))
          ORDER BY id
          """,
        ["pool": pool, "language": language, "retired": includingRetired, "tag": tag])
    }
  }

  /// The exemplars with these ids in this order, including retired ones; unknown ids are left out.
  public func exemplars(ids: [Int64]) throws(PromptPoolError) -> [Exemplar] {
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    return try read { db in
      let found = try Exemplar.fetch(
        db, where: "id IN (SELECT value FROM json_each(:ids))", ["ids": list])
      let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
      return ids.compactMap { byID[$0] }
    }
  }

  /// An exemplar, which may be retired; nil if there is none.
  public func exemplar(_ id: Int64) throws(PromptPoolError) -> Exemplar? {
    try read { try Exemplar.fetch($0, where: "id = :id", ["id": id]).first }
  }

  /// The number of the newest exemplar, which may be retired; 0 for an empty pool.
  public func newestExemplar() throws(PromptPoolError) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "SELECT coalesce(max(id), 0) FROM exemplars") ?? 0 }
  }

  /// Number of exemplars that are not retired.
  public func count() throws(PromptPoolError) -> Int {
    try read {
      try Int.fetchOne(
        $0,
        sql: """
          SELECT (SELECT count(*) FROM exemplars)
            - (SELECT count(*) FROM exemplars WHERE retiredAt IS NOT NULL)
          """) ?? 0
    }
  }

  /// Stores an exemplar; one that was removed earlier comes back.
  ///
  /// - Throws: ``PromptPoolError/duplicate(of:)``, ``PromptPoolError/invalidExemplar(reason:)``,
  ///   ``PromptPoolError/invalidPoolName(_:reason:)``.
  @discardableResult
  public func add(
    _ draft: ExemplarDraft, pool: String = "default", origin: String = "command line"
  ) throws(PromptPoolError) -> Exemplar {
    let date = now()
    if let problem = draft.problem { throw .invalidExemplar(reason: problem) }
    try PoolName.require(pool)
    let content = PreparedRecord.Content(draft)
    return try write { db in
      switch try ExemplarInsertion(pool: pool, origin: origin, at: date, db).store(content) {
      case .added(let id):
        try Self.dropForgottenThatIsBack(db)
        return try Exemplar.required(db, id)
      case .duplicate(let id): throw PromptPoolError.duplicate(of: id)
      }
    }
  }

  /// Changes an exemplar's content and keeps the earlier version. The same content once more
  /// changes nothing, and makes no version.
  ///
  /// - Throws: ``PromptPoolError/duplicate(of:)`` if another exemplar has this content.
  @discardableResult
  public func update(
    _ id: Int64, to draft: ExemplarDraft
  ) throws(PromptPoolError) -> Exemplar {
    let date = now()
    if let problem = draft.problem { throw .invalidExemplar(reason: problem) }
    return try write { db in
      let hash = draft.contentHash
      let known = try Exemplar.required(db, id)
      if known.draft == draft { return known }
      if let other = try Int64.fetchOne(
        db, sql: "SELECT id FROM exemplars WHERE contentHash = ? AND id <> ?",
        arguments: [hash, id])
      {
        throw PromptPoolError.duplicate(of: other)
      }
      try db.replaceContent(of: id, with: draft, hash: hash, at: date.timeIntervalSince1970)
      try sign(id, TextSignature(draft), db)
      return try Exemplar.required(db, id)
    }
  }

  /// Earlier contents of an exemplar, oldest first.
  public func history(of id: Int64) throws(PromptPoolError) -> [ExemplarDraft] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM exemplarVersions WHERE exemplarID = ? ORDER BY version",
        arguments: [id]
      ).map {
        ExemplarDraft(
          instruction: $0["instruction"], input: $0["input"], output: $0["output"],
          tags: decodeTags($0["tags"]), language: $0["language"])
      }
    }
  }

  /// Retires an exemplar: it is no longer matched, but its feedback stays.
  public func remove(_ id: Int64) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      try db.execute(
        sql: "UPDATE exemplars SET retiredAt = ?, retiredBecause = 'removed' WHERE id = ?",
        arguments: [date, id])
      guard db.changesCount == 1 else { throw PromptPoolError.exemplarNotFound(id) }
    }
  }

  /// Reverts ``remove(_:)``.
  public func restore(_ id: Int64) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "UPDATE exemplars SET retiredAt = NULL, retiredBecause = NULL WHERE id = ?",
        arguments: [id])
      guard db.changesCount == 1 else { throw PromptPoolError.exemplarNotFound(id) }
    }
  }

  /// A pinned exemplar always enters the prompt.
  public func pin(_ id: Int64, _ isPinned: Bool = true) throws(PromptPoolError) {
    try set("isPinned", isPinned, of: id)
  }

  /// A muted exemplar never enters a prompt.
  public func mute(_ id: Int64, _ isMuted: Bool = true) throws(PromptPoolError) {
    try set("isMuted", isMuted, of: id)
  }

  private func set(
    _ column: String, _ value: (any DatabaseValueConvertible)?, of id: Int64
  ) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "UPDATE exemplars SET \(column) = ? WHERE id = ?", arguments: [value, id])
      guard db.changesCount == 1 else { throw PromptPoolError.exemplarNotFound(id) }
    }
  }
}

let signatureInsertion = """
  INSERT OR REPLACE INTO exemplarSignatures (exemplarID, bandsLow, bandsHigh) VALUES (?, ?, ?)
  """

/// Stores the signature for finding near duplicates.
func sign(_ id: Int64, _ signature: TextSignature, _ db: Database) throws {
  try db.cachedStatement(sql: signatureInsertion).execute(
    arguments: [id, signature.low, signature.high])
}

extension Exemplar {
  static func fetch(
    _ db: Database, where condition: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> [Exemplar] {
    // Compiling a statement takes longer than running it, and imports fetch by the thousand.
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM exemplars WHERE \(condition)")
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    var result: [Exemplar] = []
    while let row = try rows.next() { result.append(try Exemplar(row)) }
    return result
  }

  static func required(_ db: Database, _ id: Int64) throws -> Exemplar {
    guard let found = try fetch(db, where: "id = :id", ["id": id]).first else {
      throw PromptPoolError.exemplarNotFound(id)
    }
    return found
  }
}
