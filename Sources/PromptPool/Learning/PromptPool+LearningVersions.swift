public import Foundation
internal import GRDB

/// What can have versions that come into service and go out of it.
public enum LearnedKind: String, Sendable, Codable, CaseIterable {
  /// The matching network; its parameters are in the matcher versions.
  case policy
  case gate
  /// A LoRA adapter; its files are in the project's folder.
  case adapter
}

/// A version of something that was learned, and what made it.
public struct LearningVersion: Sendable, Codable, Hashable, Identifiable {
  public let id: Int64
  public let kind: LearnedKind
  public let at: Date
  /// The version that served when it was made; nil for what the program ships.
  public let parent: Int64?
  /// The outcomes that made it.
  public let firstOutcome, lastOutcome: Int64
  public let note: String
  public let parameters: Data
  /// Its figure on the newest outcomes, which took no part in making it, and the served version's.
  public let score, servedScore: Double?
  /// Whether it passed its promotion gate.
  public let isPromoted: Bool
  public let servedSince: Date?
}

/// A change of what serves.
public struct LearningStep: Sendable, Codable, Hashable, Identifiable {
  public let id: Int64
  public let kind: LearnedKind
  public let at: Date
  /// What came into service; nil for what the program ships.
  public let version: Int64?
  public let replaced: Int64?
  public let undoneAt: Date?
}

extension PromptPool {
  /// What a new version is stored with.
  public struct NewVersion: Sendable {
    public var kind: LearnedKind
    public var firstOutcome, lastOutcome: Int64
    public var note: String
    public var parameters: Data
    public var score, servedScore: Double?
    public var isPromoted: Bool

    public init(
      _ kind: LearnedKind, outcomes: ClosedRange<Int64>, note: String, parameters: Data,
      score: Double? = nil, servedScore: Double? = nil, isPromoted: Bool
    ) {
      self.kind = kind
      firstOutcome = outcomes.lowerBound
      lastOutcome = outcomes.upperBound
      self.note = note
      self.parameters = parameters
      self.score = score
      self.servedScore = servedScore
      self.isPromoted = isPromoted
    }
  }

  /// Stores a version and, if it was promoted, puts it into service, in one transaction.
  ///
  /// - Returns: nil when another process has made a version of the same kind from the same
  ///   outcomes.
  @discardableResult
  public func store(_ new: NewVersion) throws(PromptPoolError) -> LearningVersion? {
    let date = now().timeIntervalSince1970
    return try write { db in
      let parent = try Self.serving(new.kind, db)
      try db.execute(
        sql: """
          INSERT INTO learningVersions (kind, at, parent, firstOutcome, lastOutcome, note,
            parameters, score, servedScore, isPromoted)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, lastOutcome) DO NOTHING
          """,
        arguments: [
          new.kind.rawValue, date, parent, new.firstOutcome, new.lastOutcome, new.note,
          new.parameters, new.score, new.servedScore, new.isPromoted,
        ])
      guard db.changesCount == 1 else { return nil }
      let id = db.lastInsertedRowID
      if new.isPromoted { try Self.serve(id, new.kind, replacing: parent, at: date, db) }
      return try Self.version(id, db)
    }
  }

  /// Puts a version into service, also an earlier one; nil stands for what the program ships.
  ///
  /// - Throws: ``PromptPoolError/learningVersionNotFound(_:)``.
  public func serve(_ id: Int64?, kind: LearnedKind) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      if let id, try Self.version(id, db)?.kind != kind {
        throw PromptPoolError.learningVersionNotFound(id)
      }
      let before = try Self.serving(kind, db)
      guard before != id else { return }
      try Self.serve(id, kind, replacing: before, at: date, db)
    }
  }

  /// Takes back the latest step of a kind that still stands, and exactly that.
  ///
  /// - Returns: the step; nil when there is none to take back.
  @discardableResult
  public func undoStep(of kind: LearnedKind) throws(PromptPoolError) -> LearningStep? {
    let date = now().timeIntervalSince1970
    return try write { db in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT * FROM learningSteps WHERE kind = ? AND undoneAt IS NULL ORDER BY id DESC
            """,
          arguments: [kind.rawValue]), let step = LearningStep(row)
      else { return nil }
      try Self.mark(step.replaced, kind, at: date, db)
      try db.execute(
        sql: "UPDATE learningSteps SET undoneAt = ? WHERE id = ?", arguments: [date, step.id])
      return step
    }
  }

  /// The version in service; nil for what the program ships.
  public func servedVersion(_ kind: LearnedKind) throws(PromptPoolError) -> LearningVersion? {
    try read { db in try Self.serving(kind, db).flatMap { try Self.version($0, db) } }
  }

  /// All versions, oldest first.
  public func learningVersions(
    _ kind: LearnedKind? = nil
  ) throws(PromptPoolError) -> [LearningVersion] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM learningVersions WHERE ?1 IS NULL OR kind = ?1 ORDER BY id",
        arguments: [kind?.rawValue]
      ).compactMap(LearningVersion.init)
    }
  }

  /// All steps, newest first, also those that were taken back.
  public func learningSteps() throws(PromptPoolError) -> [LearningStep] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM learningSteps ORDER BY id DESC")
        .compactMap(LearningStep.init)
    }
  }

  // MARK: State

  /// What a process has to look at before it uses what it has learned: one small query.
  public struct LearningMarks: Sendable, Equatable {
    /// The latest change of an outcome.
    public let revision: Int64
    /// Learning reads later outcomes only.
    public let since: Int64
    /// Learning rests: it reads no outcomes after this one. Nil while it does not rest.
    public let pausedAt: Int64?
    public var isPaused: Bool { pausedAt != nil }
    /// The gate in service; nil for the shipped one.
    public let gate: Int64?
    /// Another one whenever outcomes were deleted or replaced: what was read before counts no more.
    public let erasure: String?
  }

  public func learningMarks() throws(PromptPoolError) -> LearningMarks {
    try read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT (SELECT coalesce(max(revision), 0) FROM outcomes),
              (SELECT value FROM learningState WHERE key = 'since'),
              (SELECT value FROM learningState WHERE key = 'paused'),
              (SELECT id FROM learningVersions WHERE kind = 'gate' AND servedSince IS NOT NULL),
              (SELECT value FROM learningState WHERE key = 'erasure')
            """))
      return LearningMarks(
        revision: (row?[0] as Int64?) ?? 0, since: (row?[1] as String?).flatMap { Int64($0) } ?? 0,
        pausedAt: (row?[2] as String?).flatMap { Int64($0) },
        gate: row?[3] as Int64?, erasure: row?[4] as String?)
    }
  }

  /// To be called with every deletion of outcomes, in its transaction.
  static func noteErasure(_ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO learningState VALUES ('erasure', ?)",
      arguments: [UUID().uuidString])
  }

  /// Lets learning rest, or go on; nothing is lost meanwhile, and what was learned serves on.
  public func setLearningPaused(_ isPaused: Bool) throws(PromptPoolError) {
    try write { db in
      if isPaused {
        try db.execute(
          sql: """
            INSERT INTO learningState
            SELECT 'paused', coalesce(max(id), 0) FROM outcomes WHERE true
            ON CONFLICT (key) DO NOTHING
            """)
      } else {
        try db.execute(sql: "DELETE FROM learningState WHERE key = 'paused'")
      }
    }
  }

  /// The number of the last outcome that learning no longer reads.
  public func learnsSince() throws(PromptPoolError) -> Int64 {
    try state("since").flatMap { Int64($0) } ?? 0
  }

  /// What the project believes before its first outcome, as ``beginLearning(with:)`` stored it.
  public func learningStart() throws(PromptPoolError) -> Data? {
    try state("start").map { Data($0.utf8) }
  }

  /// Stores what the project believes before its first outcome. Once there is an outcome the belief
  /// stays, so that all processes learn the same from the same outcomes.
  public func beginLearning(with start: Data) throws(PromptPoolError) {
    try write { db in
      guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM outcomes)") == false else {
        return
      }
      try Self.setState("start", String(decoding: start, as: UTF8.self), db)
    }
  }

  /// How many exemplars the pool had when the matching network last learned from the pool alone; 0
  /// for never.
  public func exemplarsLearnedFrom() throws(PromptPoolError) -> Int {
    try state("exemplars").flatMap { Int($0) } ?? 0
  }

  public func setExemplarsLearnedFrom(_ count: Int) throws(PromptPoolError) {
    try write { try Self.setState("exemplars", "\(count)", $0) }
  }

  /// Starts over: what was learned goes out of service, and outcomes so far are not read again. They
  /// stay on disk, as history.
  public func resetLearning() throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM outcomes") ?? 0
      try Self.setState("since", "\(last)", db)
      try Self.setState("exemplars", "0", db)
      for kind in LearnedKind.allCases {
        let before = try Self.serving(kind, db)
        guard before != nil else { continue }
        try Self.serve(nil, kind, replacing: before, at: date, db)
      }
      // Other processes see that something has changed.
      try db.execute(
        sql: """
          UPDATE outcomes SET revision = (SELECT max(revision) + 1 FROM outcomes) WHERE id = ?
          """,
        arguments: [last])
    }
    try serveMatcher(nil)
  }

  /// Takes the right to do one piece of work, such as training in idle time, until it is given back
  /// or the time is over: of two servers one works.
  ///
  /// - Parameter owner: identifies the process; who has the right already gets it again.
  public func takeLease(
    _ work: String, owner: String, seconds: Double
  ) throws(PromptPoolError) -> Bool {
    let date = now().timeIntervalSince1970
    return try write { db in
      let held = try String.fetchOne(
        db, sql: "SELECT value FROM learningState WHERE key = ?", arguments: ["lease-\(work)"])
      if let held {
        let parts = held.split(separator: " ", maxSplits: 1)
        let until = parts.first.flatMap { Double($0) } ?? 0
        guard until < date || parts.last.map(String.init) == owner else { return false }
      }
      try Self.setState("lease-\(work)", "\(date + seconds) \(owner)", db)
      return true
    }
  }

  public func returnLease(_ work: String, owner: String) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM learningState WHERE key = ? AND value LIKE '% ' || ?",
        arguments: ["lease-\(work)", owner])
    }
  }

  private func state(_ key: String) throws(PromptPoolError) -> String? {
    try read { db in
      try String.fetchOne(
        db, sql: "SELECT value FROM learningState WHERE key = ?", arguments: [key])
    }
  }

  private static func setState(_ key: String, _ value: String, _ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO learningState VALUES (?, ?)", arguments: [key, value])
  }

  // MARK: Helpers

  private static func serving(_ kind: LearnedKind, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT id FROM learningVersions WHERE kind = ? AND servedSince IS NOT NULL",
      arguments: [kind.rawValue])
  }

  private static func serve(
    _ id: Int64?, _ kind: LearnedKind, replacing before: Int64?, at date: Double, _ db: Database
  ) throws {
    try mark(id, kind, at: date, db)
    try db.execute(
      sql: "INSERT INTO learningSteps (kind, at, version, replaced) VALUES (?, ?, ?, ?)",
      arguments: [kind.rawValue, date, id, before])
  }

  private static func mark(
    _ id: Int64?, _ kind: LearnedKind, at date: Double, _ db: Database
  ) throws {
    try db.execute(
      sql: "UPDATE learningVersions SET servedSince = NULL WHERE kind = ?",
      arguments: [kind.rawValue])
    try db.execute(
      sql: "UPDATE learningVersions SET servedSince = ? WHERE id = ?", arguments: [date, id])
  }

  private static func version(_ id: Int64, _ db: Database) throws -> LearningVersion? {
    try Row.fetchOne(db, sql: "SELECT * FROM learningVersions WHERE id = ?", arguments: [id])
      .flatMap(LearningVersion.init)
  }
}

extension LearningVersion {
  fileprivate init?(_ row: Row) {
    guard let kind = LearnedKind(rawValue: row["kind"]) else { return nil }
    self.init(
      id: row["id"], kind: kind, at: Date(timeIntervalSince1970: row["at"]), parent: row["parent"],
      firstOutcome: row["firstOutcome"], lastOutcome: row["lastOutcome"], note: row["note"],
      parameters: row["parameters"], score: row["score"], servedScore: row["servedScore"],
      isPromoted: row["isPromoted"],
      servedSince: (row["servedSince"] as Double?).map(Date.init(timeIntervalSince1970:)))
  }
}

extension LearningStep {
  fileprivate init?(_ row: Row) {
    guard let kind = LearnedKind(rawValue: row["kind"]) else { return nil }
    self.init(
      id: row["id"], kind: kind, at: Date(timeIntervalSince1970: row["at"]),
      version: row["version"], replaced: row["replaced"],
      undoneAt: (row["undoneAt"] as Double?).map(Date.init(timeIntervalSince1970:)))
  }
}
