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

  /// Puts a version into service, which may be an earlier one; nil returns to the day-zero network.
  public func serveMatcher(_ version: Int64?) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      if let version { try requireMatcher(version, db) }
      try db.execute(sql: "UPDATE matcherVersions SET servedSince = NULL")
      try db.execute(
        sql: "UPDATE matcherVersions SET servedSince = ? WHERE version = ?",
        arguments: [date, version])
    }
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
