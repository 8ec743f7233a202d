public import Foundation
internal import GRDB

/// An outcome of a member of a team, as the team's database has it.
public struct TeamOutcomeRecord: Sendable, Equatable {
  /// Of all outcomes of all members.
  public var id: String
  /// JSON; nil where its member has withdrawn it.
  public var json: String?
  /// Of the team's changes.
  public var changed: Int64

  public init(id: String, json: String?, changed: Int64 = 0) {
    self.id = id
    self.json = json
    self.changed = changed
  }
}

/// What of this project's outcomes a team does not have as they are now.
public struct TeamOutcomeChanges: Sendable {
  /// New or changed, oldest first.
  public var outcomes: [Outcome] = []
  /// Which of them the team has, as they were.
  public var there: Set<Int64> = []
  /// How the outcomes were when this was read.
  public var state = ""
}

extension PromptPool {
  /// Of the team's outcomes, so many newest ones are kept here.
  public static let rememberedTeamOutcomes = 4096

  /// Outcomes that a team does not have as they are now, some at a time.
  ///
  /// - Returns: nothing at little cost where nothing has changed since the last time.
  public func teamOutcomeChanges(
    for remote: TeamRemote, limit: Int
  ) throws(PromptPoolError) -> TeamOutcomeChanges {
    try read { db in
      var changes = TeamOutcomeChanges()
      changes.state = try Self.outcomeState(remote, db)
      guard try !Self.hasSeen(changes.state, remote, db), remote.outcomes != .none else {
        return changes
      }
      changes.outcomes = try Self.outcomes(
        db,
        where: """
          o.id IN (
            SELECT n.id FROM outcomes n
            LEFT JOIN teamOutcomesSent t ON t.remote = :remote AND t.outcomeID = n.id
            WHERE n.id > (SELECT max(id) FROM outcomes) - \(Self.rememberedOutcomes)
              AND (t.revision IS NOT n.revision OR t.standingAt IS NOT n.standingAt
                OR t.detail IS NOT :detail)
            ORDER BY n.id LIMIT :limit)
          """, ["remote": remote.name, "detail": remote.outcomes.rawValue, "limit": limit])
      changes.there = try Int64.fetchSet(
        db,
        sql: """
          SELECT outcomeID FROM teamOutcomesSent WHERE remote = ? AND isThere
            AND outcomeID BETWEEN ? AND ?
          """,
        arguments: [remote.name, changes.outcomes.first?.id, changes.outcomes.last?.id])
      return changes
    }
  }

  /// Numbers of outcomes that a team has and should not, or no longer as they are, some at a time.
  ///
  /// - Returns: nothing at little cost where nothing has changed since the last time.
  public func teamOutcomesToWithdraw(
    for remote: TeamRemote, limit: Int
  ) throws(PromptPoolError) -> [Int64] {
    try read { db in
      if try Self.hasSeen(Self.outcomeState(remote, db), remote, db) { return [] }
      return try Int64.fetchAll(
        db,
        sql: """
          SELECT outcomeID FROM teamOutcomesSent t WHERE remote = :remote AND isThere AND (
            :detail = 'none' OR :detail = 'numbers' AND detail = 'text'
            OR NOT EXISTS (SELECT 1 FROM outcomes WHERE id = t.outcomeID))
          LIMIT :limit
          """,
        arguments: [
          "remote": remote.name, "detail": remote.outcomes.rawValue, "limit": limit,
        ])
    }
  }

  /// Takes a team's word for which of this project's outcomes it has.
  ///
  /// - Parameter there: the numbers of all of them.
  public func noteTold(
    _ there: Set<Int64>, to remote: TeamRemote
  ) throws(PromptPoolError) {
    try write { db in
      let known = try Int64.fetchSet(
        db, sql: "SELECT outcomeID FROM teamOutcomesSent WHERE remote = ? AND isThere",
        arguments: [remote.name])
      for id in known.subtracting(there) {
        try db.execute(
          sql: "DELETE FROM teamOutcomesSent WHERE remote = ? AND outcomeID = ?",
          arguments: [remote.name, id])
      }
      // How they are there is not known: as detailed as can be, and of no revision.
      for id in there.subtracting(known) {
        try db.execute(
          sql: """
            INSERT OR REPLACE INTO teamOutcomesSent (remote, outcomeID, revision, detail, isThere)
            VALUES (?, ?, -1, ?, 1)
            """,
          arguments: [remote.name, id, TeamRemote.Outcomes.text.rawValue])
      }
    }
  }

  /// Whether the team may have some of this project's outcomes.
  public func mayHaveTold(_ remote: TeamRemote) throws(PromptPoolError) -> Bool {
    guard remote.databaseID != nil else { return false }
    if remote.outcomes != .none { return true }
    return try read { db in
      try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM teamOutcomesSent WHERE remote = ? AND isThere)",
        arguments: [remote.name]) ?? false
    }
  }

  /// Remembers that the team no longer has these outcomes.
  ///
  /// - Parameter change: the team's number for that.
  public func noteWithdrawn(
    _ ids: [Int64], as change: Int64, to remote: TeamRemote
  ) throws(PromptPoolError) {
    try write { db in
      for id in ids {
        try db.execute(
          sql: "DELETE FROM teamOutcomesSent WHERE remote = ? AND outcomeID = ?",
          arguments: [remote.name, id])
      }
      try Self.note(change, of: remote, db)
    }
  }

  private static func note(_ change: Int64, of remote: TeamRemote, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE teamRemotes SET newestChange = max(newestChange, ?) WHERE name = ?",
      arguments: [change, remote.name])
  }

  /// Until when texts of others were dropped, since they might quote what was forgotten.
  public func textsForgottenAt() throws(PromptPoolError) -> Date {
    try read { db in
      Date(
        timeIntervalSince1970: try Double.fetchOne(
          db, sql: "SELECT textsForgottenAt FROM teamMember") ?? 0)
    }
  }

  /// Remembers that the team has these outcomes.
  ///
  /// - Parameters:
  ///   - kept: the numbers of those that it does not have, or no longer.
  ///   - change: the team's number for the last of them.
  public func noteSent(
    _ changes: TeamOutcomeChanges, keptBack kept: Set<Int64>, as change: Int64,
    to remote: TeamRemote
  ) throws(PromptPoolError) {
    try write { db in
      for outcome in changes.outcomes {
        try db.execute(
          sql: """
            INSERT OR REPLACE INTO teamOutcomesSent
              (remote, outcomeID, revision, standingAt, detail, isThere)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            remote.name, outcome.id, outcome.revision, outcome.standing?.at.timeIntervalSince1970,
            remote.outcomes.rawValue, !kept.contains(outcome.id),
          ])
      }
      try Self.note(change, of: remote, db)
    }
  }

  /// Remembers that the team has all outcomes as they were in a state.
  public func noteOutcomesSent(
    as state: String, to remote: TeamRemote
  ) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: "UPDATE teamRemotes SET outcomesSeen = ? WHERE name = ? AND outcomesSeen IS NOT ?",
        arguments: [state, remote.name, state])
      guard db.changesCount > 0 else { return }
      try db.execute(
        sql: """
          DELETE FROM teamOutcomesSent WHERE remote = ? AND NOT isThere
            AND outcomeID NOT IN (SELECT id FROM outcomes)
          """,
        arguments: [remote.name])
    }
  }

  /// Whether all outcomes were compared with the team's in a state.
  private static func hasSeen(
    _ state: String, _ remote: TeamRemote, _ db: Database
  ) throws -> Bool {
    try String.fetchOne(
      db, sql: "SELECT outcomesSeen FROM teamRemotes WHERE name = ?", arguments: [remote.name])
      == state
  }

  /// Tells states of the outcomes apart without reading them.
  private static func outcomeState(_ remote: TeamRemote, _ db: Database) throws -> String {
    guard remote.outcomes != .none else { return remote.outcomes.rawValue }
    let state = try String.fetchOne(
      db,
      sql: """
        SELECT (SELECT coalesce(max(revision), 0) FROM outcomes)
          || ' ' || (SELECT count(*) FROM outcomes)
          || ' ' || (SELECT count(*) FROM outcomes WHERE standing IS NOT NULL)
        """)
    return "\(remote.outcomes.rawValue) \(state ?? "")"
  }

  // MARK: The team's

  /// Takes over outcomes of other members, in one transaction, together with how far they go.
  ///
  /// - Returns: how many are new, changed or withdrawn.
  @discardableResult
  public func takeOver(
    _ records: [TeamOutcomeRecord], upTo cursor: Int64, from remote: TeamRemote
  ) throws(PromptPoolError) -> Int {
    try write { db in
      var count = 0
      for record in records {
        if let json = record.json {
          try db.execute(
            sql: """
              INSERT INTO teamOutcomes (remote, id, changed, record) VALUES (?, ?, ?, ?)
              ON CONFLICT (remote, id) DO UPDATE
              SET changed = excluded.changed, record = excluded.record
              """,
            arguments: [remote.name, record.id, record.changed, json])
        } else {
          try db.execute(
            sql: "DELETE FROM teamOutcomes WHERE remote = ? AND id = ?",
            arguments: [remote.name, record.id])
        }
        count += db.changesCount
      }
      // Memory and disk stay bounded.
      try db.execute(
        sql: """
          DELETE FROM teamOutcomes WHERE remote = :remote AND changed <= (
            SELECT changed FROM teamOutcomes WHERE remote = :remote ORDER BY changed DESC
            LIMIT 1 OFFSET \(Self.rememberedTeamOutcomes))
          """,
        arguments: ["remote": remote.name])
      try db.execute(
        sql: "UPDATE teamRemotes SET outcomeCursor = max(outcomeCursor, ?) WHERE name = ?",
        arguments: [cursor, remote.name])
      return count
    }
  }

  /// Outcomes of other members, oldest change first.
  public func teamOutcomes(of remote: String) throws(PromptPoolError) -> [TeamOutcomeRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM teamOutcomes WHERE remote = ? ORDER BY changed",
        arguments: [remote]
      ).map { TeamOutcomeRecord(id: $0["id"], json: $0["record"], changed: $0["changed"]) }
    }
  }

  /// The team's names for exemplars that are here.
  public func teamNames(at remote: String) throws(PromptPoolError) -> [(uid: String, id: Int64)] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT uid, exemplarID FROM teamExemplars WHERE remote = ? ORDER BY uid",
        arguments: [remote]
      ).map { ($0["uid"], $0["exemplarID"]) }
    }
  }
}
