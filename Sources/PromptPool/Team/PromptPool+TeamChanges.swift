internal import GRDB

extension PromptPool {
  /// Changes of this machine that a team does not know yet, some at a time.
  ///
  /// - Parameter after: the number of the last exemplar that was looked at; 0 at first.
  /// - Returns: also how many exemplars are kept back because they seem to hold a secret, and the
  ///   number to go on after; nil when there are no more.
  public func teamChanges(
    for remote: TeamRemote, after: Int64, limit: Int
  ) throws(PromptPoolError) -> (changes: [TeamChange], secrets: Int, next: Int64?) {
    try read { db in
      let rows = try Row.fetchAll(
        db, sql: "\(unsentRows) AND e.id > :after ORDER BY e.id LIMIT :limit",
        arguments: [
          "remote": remote.name, "pool": remote.pool, "after": after, "limit": limit,
        ])
      var changes: [TeamChange] = []
      var secrets = 0
      for row in rows {
        let exemplar = try Exemplar(row)
        let change = Self.change(exemplar, row)
        if exemplar.retiredAt == nil, exemplar.draft.secret != nil {
          secrets += 1
        } else if max(change.exemplar.version, change.exemplar.marks)
          <= TeamExemplar.highestVersion
        {
          changes.append(change)
        }
      }
      let last: Int64? = rows.last?["id"]
      return (changes, secrets, rows.count < limit ? nil : last)
    }
  }

  private static func change(_ exemplar: Exemplar, _ row: Row) -> TeamChange {
    let (isRetired, isPinned) = (exemplar.retiredAt != nil, exemplar.isPinned)
    // An earlier exemplar may have begun with this content and gone on with another.
    let isNameTaken: Bool = row["isNameTaken"]
    var (uid, version, marks) = (exemplar.contentHash + (isNameTaken ? "+2" : ""), 1, 0)
    if let known = row["teamUID"] as String? {
      uid = known
      version = row["teamVersion"]
      marks = row["teamMarks"]
      let isEdited =
        exemplar.version != row["teamLocalVersion"] || exemplar.contentHash != row["teamHash"]
      let isMarked = isRetired != row["teamRetired"] || isPinned != row["teamPinned"]
      if isEdited { version += 1 }
      if isMarked { marks += 1 }
    } else if isPinned {
      marks = 1
    }
    return TeamChange(
      exemplar: TeamExemplar(
        uid: uid, version: version, hash: exemplar.contentHash, instruction: exemplar.instruction,
        input: exemplar.input, output: exemplar.output, tags: encodeTags(exemplar.tags),
        language: exemplar.language, marks: marks, isRetired: isRetired, isPinned: isPinned),
      id: exemplar.id, localVersion: exemplar.version)
  }

  /// Remembers that the team's database has these changes, and takes over where it has others.
  ///
  /// - Parameter others: how the team sees those of the changes that lost against somebody else's.
  /// - Returns: what taking over changed.
  public func noteSent(
    _ changes: [TeamChange], others: [TeamExemplar], to remote: TeamRemote
  ) throws(PromptPoolError) -> TeamReport {
    let date = now()
    return try write { db in
      let statement = try db.makeStatement(sql: agreement)
      for change in changes {
        let exemplar = change.exemplar
        try statement.execute(arguments: [
          remote.name, exemplar.uid, exemplar.version, exemplar.hash, change.localVersion,
          exemplar.marks, exemplar.isRetired, exemplar.isPinned, change.id,
        ])
      }
      guard !others.isEmpty else { return TeamReport() }
      var intake = try TeamIntake(remote, at: date, db)
      for other in others { try intake.take(other) }
      return try intake.finish()
    }
  }

  /// Takes over changes of the team's in one transaction, together with how far they go.
  ///
  /// - Parameter cursor: the newest of them.
  public func takeOver(
    _ exemplars: [TeamExemplar], upTo cursor: Int64, from remote: TeamRemote
  ) throws(PromptPoolError) -> TeamReport {
    let date = now()
    return try write { db in
      var intake = try TeamIntake(remote, at: date, db)
      for exemplar in exemplars { try intake.take(exemplar) }
      try db.execute(
        sql: "UPDATE teamRemotes SET cursor = max(cursor, ?) WHERE name = ?",
        arguments: [cursor, remote.name])
      return try intake.finish()
    }
  }
}

/// What both sides agree on about an exemplar; nothing for one that was forgotten meanwhile.
let agreement = """
  INSERT OR REPLACE INTO teamExemplars
    (remote, uid, exemplarID, version, hash, localVersion, marks, isRetired, isPinned)
  SELECT ?, ?, id, ?, ?, ?, ?, ?, ? FROM exemplars WHERE id = ?
  """
