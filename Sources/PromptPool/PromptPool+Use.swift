internal import Foundation
internal import GRDB

/// How often an exemplar was part of suggestions, and what became of these; each suggestion counts
/// once.
public struct ExemplarUse: Sendable, Codable, Hashable {
  public var suggested: Int
  public var shown: Int
  /// Accepted, wholly or partly.
  public var accepted: Int
  public var rejected: Int
  /// Accepted, and at the last check at least half of the text was still there.
  public var kept: Int
  /// The mean over accepted and rejected suggestions: an accept counts 0.75 times the share that
  /// was kept at the last check, a reject -0.25. The rest is censored. Nil as long as nothing was
  /// judged.
  public var meanReward: Double?

  public init(
    suggested: Int, shown: Int, accepted: Int, rejected: Int, kept: Int = 0,
    meanReward: Double? = nil
  ) {
    self.suggested = suggested
    self.shown = shown
    self.accepted = accepted
    self.rejected = rejected
    self.kept = kept
    self.meanReward = meanReward
  }
}

extension PromptPool {
  public func use(of exemplarID: Int64) throws(PromptPoolError) -> ExemplarUse {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          WITH mine AS (SELECT DISTINCT suggestionID AS id FROM shots
            WHERE exemplarID = ? AND wasInPrompt),
          lives AS (
            SELECT mine.id,
              coalesce(max(event = 'shown'), 0) AS wasShown,
              coalesce(max(event IN ('accepted', 'partlyAccepted')), 0) AS wasAccepted,
              coalesce(max(event = 'rejected'), 0) AS wasRejected,
              (SELECT keptShare FROM feedback f WHERE f.suggestionID = mine.id
                AND f.keptShare IS NOT NULL ORDER BY f.id DESC LIMIT 1) AS share
            FROM mine LEFT JOIN feedback ON feedback.suggestionID = mine.id GROUP BY mine.id)
          SELECT count(*), total(wasShown), total(wasAccepted), total(wasRejected),
            total(wasAccepted AND share >= 0.5),
            avg(iif(wasAccepted, 0.75 * coalesce(share, 1), iif(wasRejected, -0.25, NULL)))
          FROM lives
          """,
        arguments: [exemplarID])
      func count(_ column: Int) -> Int { (row?[column] as Double?).map { Int($0) } ?? 0 }
      return ExemplarUse(
        suggested: count(0), shown: count(1), accepted: count(2), rejected: count(3),
        kept: count(4), meanReward: row?[5])
    }
  }
}
