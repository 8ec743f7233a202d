internal import Foundation
internal import GRDB

extension PromptPool {
  /// By name.
  public func teamRemotes() throws(PromptPoolError) -> [TeamRemote] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM teamRemotes ORDER BY name").map(TeamRemote.init)
    }
  }

  public func teamRemote(_ name: String) throws(PromptPoolError) -> TeamRemote? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM teamRemotes WHERE name = ?", arguments: [name])
        .map(TeamRemote.init)
    }
  }

  /// Remembers a team's database. One of the same name is forgotten first.
  public func add(_ remote: TeamRemote) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      try db.execute(sql: "DELETE FROM teamRemotes WHERE name = ?", arguments: [remote.name])
      try db.execute(
        sql: """
          INSERT INTO teamRemotes (name, address, pool, outcomes, databaseID, addedAt, member)
          SELECT ?, ?, ?, ?, ?, ?, id FROM teamMember
          """,
        arguments: [
          remote.name, remote.address, remote.pool, remote.outcomes.rawValue, remote.databaseID,
          date,
        ])
    }
  }

  /// Forgets a team's database; its exemplars stay.
  ///
  /// - Returns: whether there was one of that name.
  public func removeTeamRemote(_ name: String) throws(PromptPoolError) -> Bool {
    try write { db in
      try db.execute(sql: "DELETE FROM teamRemotes WHERE name = ?", arguments: [name])
      return db.changesCount > 0
    }
  }

  /// Chooses what of the outcomes goes to a team; what was sent in another way is sent again, or
  /// withdrawn, with the next synchronisation.
  ///
  /// - Returns: whether there is a remote of that name.
  public func setTeamOutcomes(
    _ outcomes: TeamRemote.Outcomes, of name: String
  ) throws(PromptPoolError) -> Bool {
    try write { db in
      try db.execute(
        sql: "UPDATE teamRemotes SET outcomes = ?, outcomesSeen = NULL WHERE name = ?",
        arguments: [outcomes.rawValue, name])
      guard db.changesCount > 0 else { return false }
      guard outcomes == .none else { return true }
      // Who tells nothing hears nothing.
      try db.execute(sql: "DELETE FROM teamOutcomes WHERE remote = ?", arguments: [name])
      try db.execute(
        sql: "UPDATE teamRemotes SET outcomeCursor = 0 WHERE name = ?", arguments: [name])
      return true
    }
  }

  /// How the last try went.
  public func noteTeamSync(_ name: String, problem: String?) throws(PromptPoolError) {
    let date = now().timeIntervalSince1970
    try write { db in
      try db.execute(
        sql: """
          UPDATE teamRemotes SET problem = :problem,
            syncedAt = CASE WHEN :problem IS NULL THEN :date ELSE syncedAt END WHERE name = :name
          """,
        arguments: ["problem": problem, "date": date, "name": name])
    }
  }

  /// The team's database is another one than before, or an older copy of it: everything is read
  /// from its beginning and sent once more, which changes nothing where both sides agree.
  public func beginTeamAnew(_ name: String, databaseID: String) throws(PromptPoolError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE teamRemotes SET databaseID = ?, cursor = 0, outcomeCursor = 0, newestChange = 0,
            outcomesSeen = NULL
          WHERE name = ?
          """,
        arguments: [databaseID, name])
      for table in ["teamOutcomesSent", "teamOutcomes"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE remote = ?", arguments: [name])
      }
      try db.execute(
        sql: "UPDATE teamExemplars SET isUnsent = 1 WHERE remote = ?", arguments: [name])
    }
  }

  /// How many changes of this machine the team does not know yet.
  public func unsentTeamChanges(_ remote: TeamRemote) throws(PromptPoolError) -> Int {
    try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM (\(unsentRows))",
        arguments: ["remote": remote.name, "pool": remote.pool]) ?? 0
    }
  }
}

extension TeamRemote {
  fileprivate init(_ row: Row) {
    self.init(
      name: row["name"], address: row["address"], pool: row["pool"],
      outcomes: Outcomes(rawValue: row["outcomes"]) ?? .none, databaseID: row["databaseID"],
      cursor: row["cursor"], outcomeCursor: row["outcomeCursor"],
      newestChange: row["newestChange"], knowsOutcomes: row["outcomesSeen"] != nil,
      member: row["member"] ?? "",
      syncedAt: (row["syncedAt"] as Double?).map(Date.init(timeIntervalSince1970:)),
      problem: row["problem"])
  }
}

/// Exemplars of the shared pool that differ from what the two sides last agreed on. SQLite, which has
/// no statistics, would go through all of the remote's rows for each exemplar.
let unsentRows = """
  SELECT e.*, t.uid AS teamUID, t.version AS teamVersion, t.hash AS teamHash,
    t.localVersion AS teamLocalVersion, t.marks AS teamMarks, t.isRetired AS teamRetired,
    t.isPinned AS teamPinned,
    EXISTS (SELECT 1 FROM teamExemplars x WHERE x.remote = :remote AND x.uid = e.contentHash
      AND x.exemplarID <> e.id) AS isNameTaken
  FROM exemplars e LEFT JOIN teamExemplars t INDEXED BY teamExemplarsByExemplar
    ON t.exemplarID = e.id AND t.remote = :remote
  WHERE e.pool = :pool AND (
    t.uid IS NULL AND e.retiredAt IS NULL
    OR t.isUnsent
    OR e.version <> t.localVersion OR e.contentHash <> t.hash
    OR (e.retiredAt IS NOT NULL) <> t.isRetired OR e.isPinned <> t.isPinned)
  """
