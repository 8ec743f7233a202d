internal import Foundation
internal import GRDB

/// What is in a project's database.
public struct PoolStatistics: Sendable, Codable, Hashable {
  public struct Pool: Sendable, Codable, Hashable {
    public let name: String
    public let exemplars: Int
  }

  public let exemplars: Int
  public let retired: Int
  public let pinned: Int
  public let muted: Int
  public let pools: [Pool]
  /// Current embeddings by encoder.
  public let embeddings: [String: Int]
  public let suggestions: Int
  /// Suggestions by what became of each, as ``FeedbackEvent/outcome(of:)`` tells it.
  public let feedback: [String: Int]
  /// Events by name; a suggestion can have several.
  public let events: [String: Int]
  public let matcherVersions: Int
  /// Size of the database in bytes, without its write-ahead log.
  public let bytes: Int
}

extension PromptPool {
  public func statistics() throws(PromptPoolError) -> PoolStatistics {
    try read { db in
      func number(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      func counts(_ sql: String) throws -> [(String, Int)] {
        try Row.fetchAll(db, sql: sql).map { ($0[0], $0[1]) }
      }
      let live = "SELECT count(*) FROM exemplars WHERE retiredAt IS NULL"
      return PoolStatistics(
        exemplars: try number(live),
        retired: try number("SELECT count(*) FROM exemplars WHERE retiredAt IS NOT NULL"),
        pinned: try number(live + " AND isPinned"), muted: try number(live + " AND isMuted"),
        pools: try counts(
          """
          SELECT pool, count(*) FROM exemplars WHERE retiredAt IS NULL GROUP BY pool ORDER BY pool
          """
        ).map { .init(name: $0.0, exemplars: $0.1) },
        embeddings: Dictionary(
          uniqueKeysWithValues: try counts(
            """
            SELECT encoder, count(*) FROM embeddings m JOIN exemplars e ON e.id = m.exemplarID
              AND e.contentHash = m.contentHash WHERE e.retiredAt IS NULL GROUP BY encoder
            """)),
        suggestions: try number("SELECT count(*) FROM suggestions"),
        feedback: try outcomes(db),
        events: Dictionary(
          uniqueKeysWithValues: try counts("SELECT event, count(*) FROM feedback GROUP BY event")),
        matcherVersions: try number("SELECT count(*) FROM matcherVersions"),
        bytes: try number("PRAGMA page_count") * number("PRAGMA page_size"))
    }
  }

  private func outcomes(_ db: Database) throws -> [String: Int] {
    let ranks = FeedbackEvent.byStrength.enumerated().map { rank, event in
      "WHEN '\(event.rawValue)' THEN \(rank)"
    }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT strongest, count(*) FROM (
          SELECT min(CASE event \(ranks.joined(separator: " ")) END) AS strongest
          FROM feedback GROUP BY suggestionID)
        WHERE strongest IS NOT NULL GROUP BY strongest
        """)
    return Dictionary(
      uniqueKeysWithValues: rows.map { (FeedbackEvent.byStrength[$0[0]].rawValue, $0[1]) })
  }
}
