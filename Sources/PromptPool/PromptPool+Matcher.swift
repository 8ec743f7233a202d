public import Foundation
internal import GRDB

/// A stored set of a matching network's parameters.
public struct MatcherVersion: Sendable, Hashable {
  public let version: Int64
  /// The serialised network.
  public let parameters: Data
  public let encoder: String
  public let createdAt: Date
  /// The version it was trained from.
  public let parent: Int64?
  public let note: String
}

/// A change of the version in service.
public struct MatcherPromotion: Sendable, Hashable {
  public let id: Int64
  public let at: Date
  /// The version that came into service; nil for the day-zero network.
  public let version: Int64?
  /// The version that served before; nil for the day-zero network.
  public let replaced: Int64?
}

extension PromptPool {
  /// Stores parameters; ``serveMatcher(_:)`` puts them into service.
  ///
  /// - Returns: the new version's number.
  public func storeMatcher(
    parameters: Data, encoder: String, parent: Int64? = nil, note: String = ""
  ) throws(PromptPoolError) -> Int64 {
    let date = now().timeIntervalSince1970
    return try write { db in
      if let parent { try requireMatcher(parent, db) }
      try db.execute(
        sql: """
          INSERT INTO matcherVersions (parameters, encoder, createdAt, parent, note)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [parameters, encoder, date, parent, note])
      return db.lastInsertedRowID
    }
  }

  /// Puts a version into service, also an earlier one; nil goes back to the day-zero network. What
  /// it replaces is recorded, so that ``undoPromotion()`` can go back to exactly that.
  public func serveMatcher(_ version: Int64?) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      if let version { try requireMatcher(version, db) }
      let replaced = try Self.served(db)
      try Self.serve(version, since: date, db)
      guard replaced != version else { return }
      try db.execute(
        sql: "INSERT INTO promotions (at, version, replaced) VALUES (?, ?, ?)",
        arguments: [date, version, replaced])
    }
  }

  /// Takes back the latest promotion that still stands: what it replaced serves again.
  ///
  /// - Returns: what was taken back; nil when there is no promotion to take back.
  @discardableResult
  public func undoPromotion() throws(PromptPoolError) -> MatcherPromotion? {
    let date = now().timeIntervalSince1970
    return try write { db in
      guard let last = try Self.standingPromotions(db).first else { return nil }
      try Self.serve(last.replaced, since: date, db)
      try db.execute(
        sql: "UPDATE promotions SET undoneAt = ? WHERE id = ?", arguments: [date, last.id])
      return last
    }
  }

  /// The promotions that were not taken back, newest first.
  public func matcherPromotions() throws(PromptPoolError) -> [MatcherPromotion] {
    try read { try Self.standingPromotions($0) }
  }

  private static func standingPromotions(_ db: Database) throws -> [MatcherPromotion] {
    try Row.fetchAll(db, sql: "SELECT * FROM promotions WHERE undoneAt IS NULL ORDER BY id DESC")
      .map {
        MatcherPromotion(
          id: $0["id"], at: Date(timeIntervalSince1970: $0["at"]), version: $0["version"],
          replaced: $0["replaced"])
      }
  }

  private static func served(_ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT version FROM matcherVersions WHERE servedSince IS NOT NULL")
  }

  private static func serve(_ version: Int64?, since date: Double, _ db: Database) throws {
    try db.execute(sql: "UPDATE matcherVersions SET servedSince = NULL")
    try db.execute(
      sql: "UPDATE matcherVersions SET servedSince = ? WHERE version = ?",
      arguments: [date, version])
  }

  /// The version in service; nil on day zero.
  public func servedMatcher() throws(PromptPoolError) -> MatcherVersion? {
    try matchers("servedSince IS NOT NULL").first
  }

  /// All versions, oldest first.
  public func matcherVersions() throws(PromptPoolError) -> [MatcherVersion] { try matchers("1") }

  private func matchers(_ condition: String) throws(PromptPoolError) -> [MatcherVersion] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM matcherVersions WHERE \(condition) ORDER BY version"
      ).map {
        MatcherVersion(
          version: $0["version"], parameters: $0["parameters"], encoder: $0["encoder"],
          createdAt: Date(timeIntervalSince1970: $0["createdAt"]), parent: $0["parent"],
          note: $0["note"])
      }
    }
  }

  private func requireMatcher(_ version: Int64, _ db: Database) throws {
    let found = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM matcherVersions WHERE version = ?", arguments: [version])
    guard found == 1 else { throw PromptPoolError.matcherVersionNotFound(version) }
  }
}
