internal import Foundation
internal import GRDB

extension ExemplarFilter {
  /// On a row of `exemplars`.
  static let condition = """
    exemplars.retiredAt IS NULL AND (:pool IS NULL OR exemplars.pool = :pool)
    AND (:language IS NULL OR exemplars.language = :language)
    AND (:origin IS NULL OR exemplars.origin = :origin)
    AND (:after IS NULL OR exemplars.createdAt >= :after)
    AND (:before IS NULL OR exemplars.createdAt < :before)
    AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(exemplars.tags) WHERE value = :tag))
    AND (:use IS NULL OR (:use = 'never') <> EXISTS (
      SELECT 1 FROM shots JOIN feedback USING (suggestionID)
      WHERE shots.exemplarID = exemplars.id AND wasInPrompt AND (event = 'shown' AND :use <> 'accepted'
        OR event IN ('accepted', 'partlyAccepted') AND :use = 'accepted')))
    """

  var arguments: [String: (any DatabaseValueConvertible)?] {
    [
      "pool": pool, "language": language, "origin": origin, "tag": tag, "use": use?.rawValue,
      "after": createdAfter?.timeIntervalSince1970,
      "before": createdBefore?.timeIntervalSince1970,
    ]
  }

  func holds(for id: Int64, _ db: Database) throws -> Bool {
    var arguments = arguments
    arguments["id"] = id
    return try Int.fetchOne(
      db, sql: "SELECT 1 FROM exemplars WHERE id = :id AND \(Self.condition)",
      arguments: StatementArguments(arguments)) == 1
  }
}
