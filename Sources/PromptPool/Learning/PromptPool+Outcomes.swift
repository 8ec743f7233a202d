public import Foundation
internal import GRDB

extension PromptPool {
  /// How many of the newest outcomes keep their vectors and numbers; learning reads no older ones.
  public static let rememberedOutcomes = 2048

  /// Stores an opportunity, once per suggestion; on disk when it returns.
  ///
  /// - Returns: the outcome's number; nil when the suggestion has one already.
  @discardableResult
  public func record(_ outcome: Outcome) throws(PromptPoolError) -> Int64? {
    try write { db in try Self.storeBounded(outcome, db) }
  }

  @discardableResult
  static func storeBounded(_ outcome: Outcome, _ db: Database) throws -> Int64? {
    guard try store(outcome, db) else { return nil }
    let id = db.lastInsertedRowID
    // Disk stays bounded: what learning no longer reads loses its numbers.
    try db.cachedStatement(
      sql: """
        UPDATE outcomes SET vector = NULL, evidence = NULL, shots = '[]'
        WHERE id = ? AND event IS NOT 'rejected'
        """
    ).execute(arguments: [id - Int64(rememberedOutcomes)])
    return id
  }

  static func store(_ outcome: Outcome, _ db: Database) throws -> Bool {
    let isBare = outcome.suggestionID == nil
    let vector = outcome.vector.isEmpty ? nil : UnitCodes(outcome.vector).data
    let shots = String(decoding: try JSONEncoder().encode(outcome.shots), as: UTF8.self)
    let evidence = outcome.evidence.isEmpty ? nil : outcome.evidence.withUnsafeBytes { Data($0) }
    try db.cachedStatement(
      sql: """
        INSERT INTO outcomes (revision, suggestionID, at, documentURI, instruction, input, language,
          encoder, vector, shots, evidence, showProbability, event)
        VALUES (\(nextRevision), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
          (SELECT event FROM feedback WHERE suggestionID = ? ORDER BY \(strength) LIMIT 1))
        ON CONFLICT (suggestionID) DO NOTHING
        """
    ).execute(
      arguments: [
        outcome.suggestionID, outcome.at.timeIntervalSince1970,
        isBare ? outcome.documentURI : nil, isBare ? outcome.instruction : nil,
        isBare ? outcome.input : nil, isBare ? outcome.language : nil, outcome.encoder,
        vector, shots, evidence, outcome.showProbability, outcome.suggestionID,
      ])
    return db.changesCount == 1
  }

  private static let nextRevision = "(SELECT coalesce(max(revision), 0) + 1 FROM outcomes)"

  /// Orders events by what they say, strongest first.
  private static let strength =
    "CASE event "
    + FeedbackEvent.byStrength.enumerated().map { "WHEN '\($1.rawValue)' THEN \($0)" }
    .joined(separator: " ") + " ELSE 99 END"

  /// A new event of a suggestion changes its outcome, in the event's own transaction.
  static func noteFeedback(on suggestionID: String, keptShare: Double?, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE outcomes SET revision = \(nextRevision), keptShare = coalesce(?, keptShare),
          event = (SELECT event FROM feedback WHERE suggestionID = outcomes.suggestionID
            ORDER BY \(strength) LIMIT 1)
        WHERE suggestionID = ?
        """
    ).execute(arguments: [keptShare, suggestionID])
  }

  /// Stores what stands below the instruction of an outcome; a later look takes its place, and may
  /// become an exemplar in the place of the one that was made of the earlier.
  ///
  /// - Returns: false when there is no such outcome, or the text is longer than
  ///   ``StandingText/longest``.
  @discardableResult
  public func record(
    _ standing: StandingText, ofOutcome id: Int64
  ) throws(PromptPoolError) -> Bool {
    guard standing.text.utf8.count <= StandingText.longest else { return false }
    return try write { db in
      try db.execute(
        sql: """
          UPDATE outcomes SET revision = \(Self.nextRevision), standing = :text,
            standingKind = :kind, standingAt = :at,
            fit = CASE WHEN standing IS :text THEN fit END,
            harvestedAs = CASE WHEN standing IS :text THEN harvestedAs END
          WHERE id = :id
          """,
        arguments: [
          "text": standing.text.replacing("\0", with: "\u{FFFD}"), "kind": standing.kind.rawValue,
          "at": standing.at.timeIntervalSince1970, "id": id,
        ])
      return db.changesCount == 1
    }
  }

  /// Forgets what stood below the instruction of an outcome.
  public func withdrawStandingText(ofOutcome id: Int64) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE outcomes SET revision = \(Self.nextRevision), standing = NULL,
            standingKind = NULL, standingAt = NULL, fit = NULL
          WHERE id = ? AND standing IS NOT NULL
          """,
        arguments: [id])
    }
  }

  /// Stores how well a standing text fits its instruction, unless another text stands there by now.
  public func record(fit: Double, of text: String, ofOutcome id: Int64) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "UPDATE outcomes SET fit = ? WHERE id = ? AND standing = ?",
        arguments: [fit, id, text])
    }
  }

  /// How well standing texts fit their instructions, as far as that was measured, newest first.
  public func fits(since: Int64 = 0, limit: Int) throws(PromptPoolError) -> [Double] {
    try read { db in
      try Double.fetchAll(
        db,
        sql: """
          SELECT fit FROM outcomes WHERE standing IS NOT NULL AND fit IS NOT NULL AND id > ?
          ORDER BY id DESC LIMIT ?
          """,
        arguments: [since, limit])
    }
  }

  /// The number of a suggestion's outcome.
  public func outcome(ofSuggestion id: String) throws(PromptPoolError) -> Int64? {
    try read { db in
      try Int64.fetchOne(db, sql: "SELECT id FROM outcomes WHERE suggestionID = ?", arguments: [id])
    }
  }

  /// Changes whenever an outcome does.
  public func outcomeRevision() throws(PromptPoolError) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "SELECT coalesce(max(revision), 0) FROM outcomes") ?? 0 }
  }

  /// Outcomes that changed after a revision, oldest first. Only the newest ``rememberedOutcomes`` are
  /// searched, together with the newest rejected ones.
  ///
  /// - Parameter since: only those with a greater number; what came before was reset.
  public func outcomes(
    changedAfter revision: Int64 = 0, since: Int64 = 0
  ) throws(PromptPoolError) -> [Outcome] {
    try read { db in
      let limit = Self.rememberedOutcomes
      // The few that changed are found by their revision; SQLite would go through all in order.
      return try Self.outcomes(
        db, by: revision > 0 ? "outcomesByRevision" : nil,
        where: """
          o.revision > :revision AND o.id > :since AND (
            o.id > (SELECT coalesce(max(id), 0) - \(limit) FROM outcomes)
            OR o.id IN (SELECT id FROM outcomes WHERE event = 'rejected' ORDER BY id DESC LIMIT \(limit)))
          """,
        ["revision": revision, "since": since])
    }
  }

  /// Outcomes whose standing text is known, newest first.
  public func standingTexts(
    since: Int64 = 0, limit: Int = 1000
  ) throws(PromptPoolError) -> [Outcome] {
    try newest(limit, since: since, where: "standing IS NOT NULL").reversed()
  }

  /// Outcomes whose suggestion was explicitly rejected, oldest first; the newest if there are more.
  public func rejections(
    since: Int64 = 0, limit: Int = 1000
  ) throws(PromptPoolError) -> [Outcome] {
    try newest(limit, since: since, where: "event = 'rejected'")
  }

  /// Oldest first.
  private func newest(
    _ limit: Int, since: Int64, where condition: String
  ) throws(PromptPoolError) -> [Outcome] {
    try read { db in
      try Self.outcomes(
        db,
        where: """
          o.id IN (SELECT id FROM outcomes WHERE \(condition) AND id > :since
            ORDER BY id DESC LIMIT :limit)
          """,
        ["since": since, "limit": limit])
    }
  }

  /// How many opportunities there were (``Outcome/isOpportunity``), and of how many a standing text is
  /// known.
  public func outcomeCounts(since: Int64 = 0) throws(PromptPoolError) -> (all: Int, standing: Int) {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*), count(standing) FROM outcomes o WHERE id > ? AND (
            (suggestionID IS NOT NULL AND event IS NOT NULL) OR standing IS NOT NULL
            OR (SELECT isWithheld FROM suggestions s WHERE s.id = o.suggestionID))
          """,
        arguments: [since])
      return ((row?[0] as Int?) ?? 0, (row?[1] as Int?) ?? 0)
    }
  }

  /// Forgets standing texts that are older than a date; what was learned from them stays.
  ///
  /// - Returns: how many.
  @discardableResult
  public func deleteStandingTexts(before date: Date) throws(PromptPoolError) -> Int {
    try write { db in
      try db.execute(
        sql: """
          UPDATE outcomes SET standing = NULL, standingKind = NULL, standingAt = NULL, fit = NULL
          WHERE standingAt < :date;
          """,
        arguments: ["date": date.timeIntervalSince1970])
      let count = db.changesCount
      try db.execute(
        sql: "DELETE FROM outcomes WHERE suggestionID IS NULL AND at < :date",
        arguments: ["date": date.timeIntervalSince1970])
      return count
    }
  }

  /// One outcome; nil if there is none of that number.
  public func outcome(_ id: Int64) throws(PromptPoolError) -> Outcome? {
    try read { try Self.outcomes($0, where: "o.id = :id", ["id": id]).first }
  }

  /// Makes an exemplar of an outcome's standing text. What was harvested from the same instruction
  /// before goes out of the pool.
  ///
  /// - Throws: ``PromptPoolError/duplicate(of:)``, ``PromptPoolError/invalidExemplar(reason:)``.
  public func harvest(
    _ draft: ExemplarDraft, ofOutcome id: Int64, pool: String = "harvested"
  ) throws(PromptPoolError) -> Exemplar {
    let earlier = try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM exemplars WHERE pool = ? AND instruction = ? AND input = ?
            AND contentHash <> ? AND retiredAt IS NULL AND NOT isPinned
          """,
        arguments: [pool, draft.instruction, draft.input, draft.contentHash])
    }
    let exemplar = try add(draft, pool: pool, origin: "editor")
    try write { db in
      try db.execute(
        sql: "UPDATE outcomes SET harvestedAs = ? WHERE id = ?", arguments: [exemplar.id, id])
    }
    for old in earlier { try remove(old) }
    return exemplar
  }

  static func outcomes(
    _ db: Database, by index: String? = nil, where condition: String,
    _ arguments: StatementArguments
  ) throws -> [Outcome] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT o.*, s.documentURI AS sURI, s.instruction AS sInstruction, s.input AS sInput,
          s.language AS sLanguage, s.text AS suggested, s.isWithheld AS isWithheld
        FROM outcomes o \(index.map { "INDEXED BY \($0)" } ?? "") LEFT JOIN suggestions s ON s.id = o.suggestionID
        WHERE \(condition) ORDER BY o.id
        """,
      arguments: arguments
    ).map(Outcome.init)
  }
}

extension Outcome {
  fileprivate init(_ row: Row) {
    let isBare = (row["suggestionID"] as String?) == nil
    self.init(
      suggestionID: row["suggestionID"], at: Date(timeIntervalSince1970: row["at"]),
      documentURI: isBare ? row["documentURI"] : row["sURI"],
      instruction: (isBare ? row["instruction"] : row["sInstruction"]) ?? "",
      input: (isBare ? row["input"] : row["sInput"]) ?? "",
      language: isBare ? row["language"] : row["sLanguage"], encoder: row["encoder"],
      vector: (row["vector"] as Data?).map { UnitCodes($0).vector } ?? [],
      shots: (try? JSONDecoder().decode(
        [OutcomeShot].self, from: Data((row["shots"] as String).utf8))) ?? [],
      evidence: (row["evidence"] as Data?).map([Double].init(bytes:)) ?? [],
      suggested: row["suggested"] ?? "")
    id = row["id"]
    revision = row["revision"]
    isWithheld = row["isWithheld"] ?? false
    showProbability = row["showProbability"]
    event = (row["event"] as String?).flatMap(FeedbackEvent.init)
    keptShare = row["keptShare"]
    fit = row["fit"]
    harvestedAs = row["harvestedAs"]
    if let text: String = row["standing"], let name: String = row["standingKind"],
      let kind = StandingKind(rawValue: name), let at: Double = row["standingAt"]
    {
      standing = StandingText(text, kind: kind, at: Date(timeIntervalSince1970: at))
    }
  }
}

extension [Double] {
  fileprivate init(bytes: Data) {
    let count = bytes.count / MemoryLayout<Double>.stride
    self = bytes.withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }
}
