internal import Foundation
internal import GRDB

extension PromptPool {
  /// Stores a suggestion; on disk when it returns. The same id again changes nothing.
  ///
  /// - Throws: ``PromptPoolError/exemplarNotFound(_:)`` when a shot is not in the pool.
  @discardableResult
  public func record(_ suggestion: Suggestion) throws(PromptPoolError) -> String {
    try write { db in
      for shot in suggestion.shots { _ = try Exemplar.required(db, shot) }
      _ = try Self.store(suggestion, db)
      return suggestion.id
    }
  }

  /// - Returns: false when there is one of that id already.
  static func store(_ suggestion: Suggestion, _ db: Database) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO suggestions (id, createdAt, documentURI, instruction, input, language,
          propensity, policyVersion, temperature, model, adapter, text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """
    ).execute(
      arguments: [
        suggestion.id, suggestion.createdAt.timeIntervalSince1970, suggestion.documentURI,
        storable(suggestion.instruction), storable(suggestion.input), suggestion.language,
        suggestion.propensity, suggestion.policyVersion, suggestion.temperature,
        suggestion.model, suggestion.adapter, storable(suggestion.text),
      ])
    guard db.changesCount == 1 else { return false }
    for (position, shot) in suggestion.shots.enumerated() {
      try db.execute(
        sql: "INSERT INTO shots (suggestionID, position, exemplarID) VALUES (?, ?, ?)",
        arguments: [suggestion.id, position, shot])
    }
    return true
  }

  /// Stores an event; on disk when it returns.
  ///
  /// - Returns: the event's number, which rises.
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

  /// - Returns: false when there is no such suggestion.
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
    return db.changesCount == 1
  }

  /// A suggestion with its shots; nil when there is none.
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
    var shots: [String: [Int64]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT suggestionID, exemplarID FROM shots WHERE suggestionID IN (\(latestIDs))
        ORDER BY suggestionID, position
        """,
      arguments: [limit])
    while let row = try rows.next() { shots[row[0], default: []].append(row[1]) }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM suggestions ORDER BY createdAt DESC, rowid DESC LIMIT ?",
      arguments: [limit]
    ).map { row in Suggestion(row, shots: shots[row["id"]] ?? []) }
  }

  /// Those of the latest suggestions that were rejected, newest first.
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

/// SQLite's text functions end at a NUL; a replacement character keeps the rest.
private func storable(_ text: String) -> String {
  text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

extension Suggestion {
  init(_ row: Row, _ db: Database) throws {
    let shots = try Int64.fetchAll(
      db, sql: "SELECT exemplarID FROM shots WHERE suggestionID = ? ORDER BY position",
      arguments: [row["id"] as String])
    self.init(row, shots: shots)
  }

  fileprivate init(_ row: Row, shots: [Int64]) {
    self.init(
      id: row["id"], createdAt: Date(timeIntervalSince1970: row["createdAt"]),
      documentURI: row["documentURI"], instruction: row["instruction"], input: row["input"],
      language: row["language"],
      shots: shots,
      propensity: row["propensity"], policyVersion: row["policyVersion"],
      temperature: row["temperature"], model: row["model"], adapter: row["adapter"],
      text: row["text"])
  }
}

extension Feedback {
  /// Nil for an event of a name that this version does not know.
  fileprivate init?(_ row: Row) {
    guard let event = FeedbackEvent(rawValue: row["event"]) else { return nil }
    self.init(
      suggestionID: row["suggestionID"], event: event,
      at: Date(timeIntervalSince1970: row["at"]), acceptedLength: row["acceptedLength"],
      keptShare: row["keptShare"], secondsAfterAccept: row["secondsAfterAccept"],
      reason: row["reason"])
  }
}
