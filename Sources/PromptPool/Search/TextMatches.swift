internal import GRDB

/// Exemplars that contain words of a search, best first.
struct TextMatches {
  private(set) var ids: [Int64] = []
  /// The best matching passage of each, with found words between `⟦` and `⟧`.
  private(set) var snippets: [Int64: String] = [:]

  init(_ text: String, _ filter: ExemplarFilter, limit: Int, _ db: Database) throws {
    let plan = try SearchPlan(text, db)
    guard !plan.words.isEmpty else { return }
    if let rare = plan.rare {
      try rank(rare, filter, limit: limit, db)
      return
    }
    try sample(plan.all, plan.words, filter, limit: limit, db)
    if ids.isEmpty { try sample(plan.any, plan.words, filter, limit: limit, db) }
  }

  private static let snippet = "snippet(exemplarText, -1, '⟦', '⟧', '…', 16)"

  /// Ranks by BM25. The positions of words are known during ranking, so snippets are cheapest here;
  /// afterwards each would be a search of its own.
  private mutating func rank(
    _ pattern: String, _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws {
    var request = Request(pattern: pattern, limit: limit)
    request.columns = "exemplarText.rowid, \(Self.snippet)"
    request.order = "ORDER BY rank, exemplarText.rowid"
    let rows = try request.rows(filter, db)
    while let row = try rows.next() {
      ids.append(row[0])
      snippets[row[0]] = row[1]
    }
  }

  /// The first matching rows, sorted by how densely they contain the words.
  private mutating func sample(
    _ pattern: String, _ words: [String], _ filter: ExemplarFilter, limit: Int, _ db: Database
  ) throws {
    let density = WordDensity(of: words)
    var request = Request(pattern: pattern, limit: SearchPlan.sampled)
    request.columns =
      "exemplarText.rowid, exemplarText.instruction, exemplarText.input, exemplarText.output"
    var sampled: [(id: Int64, density: Double)] = []
    let rows = try request.rows(filter, db)
    while let row = try rows.next() {
      sampled.append((row[0], density.of([row[1], row[2], row[3]])))
    }
    sampled.sort { ($1.density, $0.id) < ($0.density, $1.id) }
    ids = sampled.prefix(limit).map(\.id)
    // One more pass over the same rows, in the order of their ids, costs less than a search for
    // each.
    request.columns = "exemplarText.rowid, \(Self.snippet)"
    request.among = ids
    let marked = try request.rows(filter, db)
    while let row = try marked.next() { snippets[row[0]] = row[1] }
  }

  /// A statement over the full-text index.
  private struct Request {
    var pattern: String
    var limit: Int
    var columns = ""
    var order = ""
    /// Only these ids, if it is not empty.
    var among: [Int64] = []

    func rows(_ filter: ExemplarFilter, _ db: Database) throws -> RowCursor {
      var arguments: [String: (any DatabaseValueConvertible)?] = [
        "pattern": pattern, "limit": limit,
      ]
      var narrowed = ""
      if let last = among.max() {
        // The plus keeps FTS5 from repeating the search for each id.
        narrowed =
          "AND exemplarText.rowid <= :last AND +exemplarText.rowid IN (SELECT value FROM json_each(:among))"
        arguments["last"] = last
        arguments["among"] = "[\(among.map(String.init).joined(separator: ","))]"
      }
      let isFiltered = filter != ExemplarFilter()
      if isFiltered { arguments.merge(filter.arguments) { $1 } }
      // Every match is ranked, and reading its row would take as long again, so a small index tells
      // which ones are retired.
      let condition =
        isFiltered
        ? ExemplarFilter.condition
        : """
        NOT EXISTS (
          SELECT 1 FROM exemplars INDEXED BY exemplarsRetired
          WHERE exemplars.id = exemplarText.rowid AND retiredAt IS NOT NULL)
        """
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(columns) FROM exemplarText
          \(isFiltered ? "CROSS JOIN exemplars ON exemplars.id = exemplarText.rowid" : "")
          WHERE exemplarText MATCH :pattern \(narrowed) AND \(condition) \(order) LIMIT :limit
          """)
      return try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
    }
  }
}
