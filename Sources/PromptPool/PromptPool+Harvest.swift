public import Foundation
internal import GRDB

/// An accepted completion that could become an exemplar.
public struct HarvestCandidate: Sendable, Codable, Hashable {
  public let suggestion: Suggestion
  public let acceptedAt: Date
  /// Share of the text that was still there at the last check.
  public let keptShare: Double
  /// Seconds from the acceptance to that check.
  public let secondsAfterAccept: Double

  public var draft: ExemplarDraft {
    ExemplarDraft(
      instruction: suggestion.instruction, input: suggestion.input, output: suggestion.text,
      tags: ["harvested"], language: suggestion.language)
  }
}

/// When a completion is good enough.
public struct HarvestRule: Sendable, Hashable {
  public var keptShare: Double
  /// Time since the acceptance.
  public var seconds: Double

  /// - Parameters:
  ///   - keptShare: the least share that was kept; rewritten text is not an example.
  ///   - seconds: the least time since it was accepted.
  public init(keptShare: Double = 0.9, seconds: Double = 120) {
    self.keptShare = keptShare
    self.seconds = seconds
  }
}

extension PromptPool {
  /// Completions that were accepted whole and kept, newest first, that nothing was decided about,
  /// and whose content is not and never was an exemplar.
  public func harvestCandidates(
    rule: HarvestRule = HarvestRule(), of suggestionID: String? = nil, limit: Int = 100
  ) throws(PromptPoolError) -> [HarvestCandidate] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT s.*, a.at AS acceptedAt, k.keptShare AS share, k.secondsAfterAccept AS seconds
          FROM suggestions s
          JOIN feedback a ON a.suggestionID = s.id AND a.event = 'accepted'
          JOIN feedback k ON k.id = (SELECT max(id) FROM feedback
            WHERE suggestionID = s.id AND event = 'kept')
          WHERE (:id IS NULL OR s.id = :id) AND k.keptShare >= :share AND k.secondsAfterAccept >= :seconds
            AND NOT EXISTS (SELECT 1 FROM harvest WHERE harvest.suggestionID = s.id)
          GROUP BY s.id ORDER BY s.createdAt DESC, s.id
          """,
        arguments: ["share": rule.keptShare, "seconds": rule.seconds, "id": suggestionID])
      var candidates: [HarvestCandidate] = []
      var hashes: Set<String> = []
      while candidates.count < limit, let row = try rows.next() {
        let candidate = HarvestCandidate(
          suggestion: try Suggestion(row, db),
          acceptedAt: Date(timeIntervalSince1970: row["acceptedAt"]),
          keptShare: row["share"], secondsAfterAccept: row["seconds"])
        let hash = candidate.draft.contentHash
        guard candidate.draft.problem == nil, try !Self.isKnown(hash, db),
          hashes.insert(hash).inserted
        else { continue }
        candidates.append(candidate)
      }
      return candidates
    }
  }

  /// Makes an exemplar of a suggestion, no matter how much of it was kept.
  ///
  /// - Parameter refusal: why a document must not be quoted (a file of secrets, one that version
  ///   control ignores); nil if it may. It receives the document's URI.
  /// - Throws: ``PromptPoolError/suggestionNotFound(_:)``;
  ///   ``PromptPoolError/invalidExemplar(reason:)`` for a secret, with its place, and for a
  ///   document that must not be quoted; ``PromptPoolError/duplicate(of:)``.
  @discardableResult
  public func harvest(
    _ suggestionID: String, pool: String = "harvested",
    refusal: (String) -> String? = { _ in nil }
  ) throws(PromptPoolError) -> Exemplar {
    guard let suggestion = try suggestion(suggestionID) else {
      throw .suggestionNotFound(suggestionID)
    }
    if let uri = suggestion.documentURI, let reason = refusal(uri) {
      throw .invalidExemplar(reason: reason)
    }
    let draft = ExemplarDraft(
      instruction: suggestion.instruction, input: suggestion.input, output: suggestion.text,
      tags: ["harvested"], language: suggestion.language)
    if let secret = draft.secret { throw .invalidExemplar(reason: secret) }
    let exemplar = try add(draft, pool: pool, origin: "editor")
    try decide(suggestionID, isTaken: true)
    return exemplar
  }

  /// Does not offer a suggestion for the pool again.
  ///
  /// - Throws: ``PromptPoolError/suggestionNotFound(_:)``.
  public func declineHarvest(of suggestionID: String) throws(PromptPoolError) {
    try decide(suggestionID, isTaken: false)
  }

  private func decide(_ suggestionID: String, isTaken: Bool) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO harvest SELECT id, ?, ? FROM suggestions WHERE id = ?
          """,
        arguments: [isTaken, date, suggestionID])
      guard db.changesCount == 1 else { throw PromptPoolError.suggestionNotFound(suggestionID) }
    }
  }

  private static func isKnown(_ hash: String, _ db: Database) throws -> Bool {
    let isThere = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM exemplars WHERE contentHash = ?)", arguments: [hash])
    return try isThere ?? false || wasTakenOut(hash, db)
  }
}
