internal import Foundation
internal import GRDB

extension PromptPool {
  /// Exemplars that hold any of the text's words (prefixes count), best first by BM25; in a large
  /// pool its common words count only when there are no others.
  public func search(_ text: String, limit: Int = 20) throws(PromptPoolError) -> [Exemplar] {
    try search(text, near: [], filter: ExemplarFilter(), limit: limit).map(\.exemplar)
  }

  /// Searches by words, and by meaning when neighbours are given, and merges the two by reciprocal
  /// rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009; k = 60).
  ///
  /// - Parameters:
  ///   - near: ids of the nearest exemplars by embedding, best first.
  public func search(
    _ text: String, near: [Int64], filter: ExemplarFilter, limit: Int = 20
  ) throws(PromptPoolError) -> [SearchResult] {
    try read { db in
      let depth = near.isEmpty ? limit : max(limit, 64)
      let found = try Self.textMatches(text, filter, limit: depth, db)
      let meant = try near.prefix(depth).filter { try filter.holds(for: $0, db) }
      var scores: [Int64: Double] = [:]
      for ids in [found.ids, meant] {
        for (rank, id) in ids.enumerated() { scores[id, default: 0] += 1 / Double(61 + rank) }
      }
      let best = scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
      return try best.map { id, score in
        let textRank = found.ids.firstIndex(of: id)
        return SearchResult(
          exemplar: try Exemplar.required(db, id), score: score,
          textRank: textRank.map { $0 + 1 }, meaningRank: meant.firstIndex(of: id).map { $0 + 1 },
          snippet: textRank == nil ? nil : try found.snippet(of: id, db))
      }
    }
  }

  /// Exemplars that hold words of a search, best first.
  private struct TextMatches {
    var ids: [Int64] = []
    /// What the ids match.
    var pattern = ""
    /// Those that came with the ids.
    var snippets: [Int64: String] = [:]

    /// The place that fits best.
    func snippet(of id: Int64, _ db: Database) throws -> String? {
      try snippets[id] ?? PromptPool.snippet(of: id, pattern, db)
    }
  }

  private static func textMatches(
    _ text: String, _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws -> TextMatches {
    let plan = try SearchPlan(text, db)
    guard !plan.words.isEmpty else { return TextMatches() }
    if let rare = plan.rare { return try rankedMatches(rare, filter, limit: limit, db) }
    var pattern = plan.all
    var ids = try ids(matching: pattern, filter, limit: SearchPlan.sampled, db)
    if ids.isEmpty {
      pattern = plan.any
      ids = try self.ids(matching: pattern, filter, limit: SearchPlan.sampled, db)
    }
    let ranked = try ids.map { id in
      (id: id, density: density(of: plan.words, in: try Exemplar.required(db, id)))
    }.sorted { ($1.density, $0.id) < ($0.density, $1.id) }
    return TextMatches(ids: ranked.prefix(limit).map(\.id), pattern: pattern)
  }

  private static let snippetColumn = "snippet(exemplarText, -1, '⟦', '⟧', '…', 16)"

  /// Best first by BM25. Where the words stand is known while rows are ranked, so snippets cost least here: afterwards each
  /// is a search of its own.
  private static func rankedMatches(
    _ pattern: String, _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws -> TextMatches {
    let (statement, arguments) = try matching(
      pattern, columns: "exemplarText.rowid, \(snippetColumn)",
      order: "ORDER BY rank, exemplarText.rowid", filter, limit: limit, db)
    var matches = TextMatches(pattern: pattern)
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    while let row = try rows.next() {
      matches.ids.append(row[0])
      matches.snippets[row[0]] = row[1]
    }
    return matches
  }

  private static func ids(
    matching pattern: String, _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let (statement, arguments) = try matching(
      pattern, columns: "exemplarText.rowid", order: "", filter, limit: limit, db)
    return try Int64.fetchAll(statement, arguments: arguments)
  }

  private static func matching(
    _ pattern: String, columns: String, order: String, _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws -> (Statement, StatementArguments) {
    guard filter != ExemplarFilter() else {
      // Every match is ranked, and to read its row would take as long again: what is retired is asked of a small index.
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(columns) FROM exemplarText WHERE exemplarText MATCH :pattern
          AND NOT EXISTS (
            SELECT 1 FROM exemplars INDEXED BY exemplarsRetired
            WHERE exemplars.id = exemplarText.rowid AND retiredAt IS NOT NULL) \(order) LIMIT :limit
          """)
      return (statement, ["pattern": pattern, "limit": limit])
    }
    var arguments = filter.arguments
    arguments["pattern"] = pattern
    arguments["limit"] = limit
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(columns) FROM exemplarText
        CROSS JOIN exemplars ON exemplars.id = exemplarText.rowid
        WHERE exemplarText MATCH :pattern AND \(ExemplarFilter.condition) \(order) LIMIT :limit
        """)
    return (statement, StatementArguments(arguments))
  }

  fileprivate static func snippet(
    of id: Int64, _ pattern: String, _ db: Database
  ) throws -> String? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(snippetColumn) FROM exemplarText WHERE exemplarText MATCH ? AND rowid = ?")
    return try String.fetchOne(statement, arguments: [pattern, id])
  }
}

extension ExemplarFilter {
  /// On a row of `exemplars`.
  fileprivate static let condition = """
    exemplars.retiredAt IS NULL AND (:pool IS NULL OR exemplars.pool = :pool)
    AND (:language IS NULL OR exemplars.language = :language)
    AND (:origin IS NULL OR exemplars.origin = :origin)
    AND (:after IS NULL OR exemplars.createdAt >= :after)
    AND (:before IS NULL OR exemplars.createdAt < :before)
    AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(exemplars.tags) WHERE value = :tag))
    AND (:use IS NULL OR (:use = 'never') <> EXISTS (
      SELECT 1 FROM shots JOIN feedback USING (suggestionID)
      WHERE shots.exemplarID = exemplars.id AND (event = 'shown' AND :use <> 'accepted'
        OR event IN ('accepted', 'partlyAccepted') AND :use = 'accepted')))
    """

  fileprivate var arguments: [String: (any DatabaseValueConvertible)?] {
    [
      "pool": pool, "language": language, "origin": origin, "tag": tag, "use": use?.rawValue,
      "after": createdAfter?.timeIntervalSince1970,
      "before": createdBefore?.timeIntervalSince1970,
    ]
  }

  fileprivate func holds(for id: Int64, _ db: Database) throws -> Bool {
    var arguments = arguments
    arguments["id"] = id
    return try Int.fetchOne(
      db, sql: "SELECT 1 FROM exemplars WHERE id = :id AND \(Self.condition)",
      arguments: StatementArguments(arguments)) == 1
  }
}
