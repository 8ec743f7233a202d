internal import Foundation
internal import GRDB

extension PromptPool {
  /// Stores a suggestion together with its first events, in one transaction; on disk when it
  /// returns. The same id again changes nothing.
  ///
  /// - Parameter outcome: what learning needs to know of it.
  /// - Throws: ``PromptPoolError/exemplarNotFound(_:)`` if a shot is not in the pool.
  @discardableResult
  public func record(
    _ suggestion: Suggestion, events: [Feedback] = [], outcome: Outcome? = nil
  ) throws(PromptPoolError) -> String {
    try write { db in
      for draw in suggestion.draws { _ = try Exemplar.required(db, draw.exemplar) }
      guard try Self.store(suggestion, db) else { return suggestion.id }
      if let outcome { try Self.storeBounded(outcome, db) }
      for event in events { _ = try Self.store(event, db) }
      return suggestion.id
    }
  }

  /// Stores the longer text of a suggestion whose beginning was recorded while it was being
  /// written.
  ///
  /// - Throws: ``PromptPoolError/suggestionNotFound(_:)``.
  public func grow(
    _ suggestionID: String, to text: String, draws: [ShotDraw]
  ) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "UPDATE suggestions SET text = ? WHERE id = ?",
        arguments: [storable(text), suggestionID])
      guard db.changesCount == 1 else { throw PromptPoolError.suggestionNotFound(suggestionID) }
      // Which shots found room is certain only once the answer is whole.
      for (position, draw) in draws.enumerated() {
        try db.execute(
          sql: "UPDATE shots SET wasInPrompt = ? WHERE suggestionID = ? AND position = ?",
          arguments: [draw.wasInPrompt, suggestionID, position])
      }
    }
  }

  /// - Returns: false when there is one of that id already.
  static func store(_ suggestion: Suggestion, _ db: Database) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO suggestions (id, createdAt, documentURI, instruction, input, language,
          propensity, policyVersion, temperature, model, adapter, text, promptForm, candidates,
          epsilon, seed, isDrawn, gateScore, isWithheld)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """
    ).execute(
      arguments: [
        suggestion.id, suggestion.createdAt.timeIntervalSince1970, suggestion.documentURI,
        storable(suggestion.instruction), storable(suggestion.input), suggestion.language,
        suggestion.propensity, suggestion.policyVersion, suggestion.temperature,
        suggestion.model, suggestion.adapter, storable(suggestion.text), suggestion.promptForm,
        suggestion.candidates.isEmpty ? nil : "\(suggestion.candidates)", suggestion.epsilon,
        suggestion.seed.map { Int64(bitPattern: $0) }, suggestion.isDrawn, suggestion.gateScore,
        suggestion.isWithheld,
      ])
    guard db.changesCount == 1 else { return false }
    for (position, draw) in suggestion.draws.enumerated() {
      try db.cachedStatement(
        sql: """
          INSERT INTO shots (suggestionID, position, exemplarID, version, probability, isPinned,
            wasInPrompt)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(
        arguments: [
          suggestion.id, position, draw.exemplar, draw.version, draw.probability, draw.isPinned,
          draw.wasInPrompt,
        ])
    }
    return true
  }

  /// Stores an event, which is on disk when this returns.
  ///
  /// - Returns: the event's number; numbers increase.
  /// - Throws: ``PromptPoolError/suggestionNotFound(_:)``.
  @discardableResult
  public func record(_ feedback: Feedback) throws(PromptPoolError) -> Int64 {
    try write { db in
      guard try Self.store(feedback, db) else {
        throw PromptPoolError.suggestionNotFound(feedback.suggestionID)
      }
      return db.lastInsertedRowID
    }
  }

  /// - Returns: false if there is no such suggestion.
  static func store(_ feedback: Feedback, _ db: Database) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO feedback (suggestionID, event, at, acceptedLength, keptShare,
          secondsAfterAccept, reason)
        SELECT id, ?, ?, ?, ?, ?, ? FROM suggestions WHERE id = ?
        """
    ).execute(
      arguments: [
        feedback.event.rawValue, feedback.at.timeIntervalSince1970, feedback.acceptedLength,
        feedback.keptShare, feedback.secondsAfterAccept, feedback.reason.map(storable),
        feedback.suggestionID,
      ])
    guard db.changesCount == 1 else { return false }
    try noteFeedback(on: feedback.suggestionID, keptShare: feedback.keptShare, db)
    return true
  }

  /// A suggestion with its shots; nil if there is none.
  public func suggestion(_ id: String) throws(PromptPoolError) -> Suggestion? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM suggestions WHERE id = ?", arguments: [id])
        .map { try Suggestion($0, db) }
    }
  }

  /// The latest suggestions, newest first.
  public func suggestions(limit: Int = 100) throws(PromptPoolError) -> [Suggestion] {
    try read { db in try Self.latest(limit, db) }
  }

  /// The latest suggestions with their events, newest first; three queries, however many there are.
  public func suggestionsWithFeedback(
    limit: Int = 100
  ) throws(PromptPoolError) -> [(suggestion: Suggestion, events: [Feedback])] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT * FROM feedback WHERE suggestionID IN (\(Self.latestIDs)) ORDER BY id
          """,
        arguments: [limit])
      var events: [String: [Feedback]] = [:]
      while let row = try rows.next() {
        guard let event = Feedback(row) else { continue }
        events[event.suggestionID, default: []].append(event)
      }
      return try Self.latest(limit, db).map { ($0, events[$0.id] ?? []) }
    }
  }

  private static let latestIDs =
    "SELECT id FROM suggestions ORDER BY createdAt DESC, rowid DESC LIMIT ?"

  private static func latest(_ limit: Int, _ db: Database) throws -> [Suggestion] {
    var draws: [String: [ShotDraw]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT * FROM shots WHERE suggestionID IN (\(latestIDs)) ORDER BY suggestionID, position
        """,
      arguments: [limit])
    while let row = try rows.next() {
      draws[row["suggestionID"], default: []].append(ShotDraw(row))
    }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM suggestions ORDER BY createdAt DESC, rowid DESC LIMIT ?",
      arguments: [limit]
    ).map { row in Suggestion(row, draws: draws[row["id"]] ?? []) }
  }

  /// The rejected ones among the latest suggestions, newest first.
  public func rejectedSuggestions(amongLatest count: Int) throws(PromptPoolError) -> [Suggestion] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM (SELECT *, rowid FROM suggestions ORDER BY createdAt DESC, rowid DESC LIMIT ?) AS latest
          WHERE EXISTS (SELECT 1 FROM feedback WHERE suggestionID = latest.id AND event = ?)
          """,
        arguments: [count, FeedbackEvent.rejected.rawValue]
      ).map { try Suggestion($0, db) }
    }
  }

  /// A suggestion's events in the order in which they were recorded.
  public func feedback(on suggestionID: String) throws(PromptPoolError) -> [Feedback] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM feedback WHERE suggestionID = ? ORDER BY id",
        arguments: [suggestionID]
      ).compactMap(Feedback.init)
    }
  }
}

/// SQLite's text functions stop at a NUL; a replacement character keeps the rest.
private func storable(_ text: String) -> String {
  text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

extension Suggestion {
  init(_ row: Row, _ db: Database) throws {
    let draws = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM shots WHERE suggestionID = ? ORDER BY position"),
      arguments: [row["id"] as String]
    ).map(ShotDraw.init)
    self.init(row, draws: draws)
  }

  fileprivate init(_ row: Row, draws: [ShotDraw]) {
    self.init(
      id: row["id"], createdAt: Date(timeIntervalSince1970: row["createdAt"]),
      documentURI: row["documentURI"], instruction: row["instruction"], input: row["input"],
      language: row["language"],
      draws: draws,
      propensity: row["propensity"], policyVersion: row["policyVersion"],
      temperature: row["temperature"], model: row["model"], adapter: row["adapter"],
      text: row["text"])
    promptForm = row["promptForm"]
    candidates =
      (row["candidates"] as String?).flatMap {
        try? JSONDecoder().decode([Int64].self, from: Data($0.utf8))
      } ?? []
    epsilon = row["epsilon"]
    seed = (row["seed"] as Int64?).map { UInt64(bitPattern: $0) }
    isDrawn = row["isDrawn"]
    gateScore = row["gateScore"]
    isWithheld = row["isWithheld"]
  }
}

extension ShotDraw {
  fileprivate init(_ row: Row) {
    self.init(
      exemplar: row["exemplarID"], version: row["version"], probability: row["probability"],
      isPinned: row["isPinned"], wasInPrompt: row["wasInPrompt"])
  }
}

extension Feedback {
  /// Nil for an event whose name this version does not know.
  fileprivate init?(_ row: Row) {
    guard let event = FeedbackEvent(rawValue: row["event"]) else { return nil }
    self.init(
      suggestionID: row["suggestionID"], event: event,
      at: Date(timeIntervalSince1970: row["at"]), acceptedLength: row["acceptedLength"],
      keptShare: row["keptShare"], secondsAfterAccept: row["secondsAfterAccept"],
      reason: row["reason"])
  }
}
