import Foundation
public import PromptPool

/// Brings a project's pool and a team's database to the same state.
///
/// Changes of this machine go first; then the team's changes come, in one transaction here for each
/// part of them together with how far they go. Each step can be repeated: one that was interrupted
/// at any moment is taken up again without losing or doubling anything.
public struct TeamSync: Sendable {
  public let pool: PromptPool
  public let name: String

  /// Exemplars of one message.
  private static let batch = 4000

  public init(_ pool: PromptPool, remote name: String) {
    self.pool = pool
    self.name = name
  }

  /// Synchronises once, over a connection of its own. Waits for the server and the disk.
  ///
  /// - Throws: ``TeamError``, `PromptPoolError`. A failure is noted with the remote.
  @discardableResult
  public func run() throws -> TeamReport {
    try noting {
      let remote = try remote()
      return try run(on: TeamDatabase(TeamAddress(remote.address)))
    }
  }

  /// - Throws: ``TeamError/remoteNotFound(_:known:)``.
  func remote() throws -> TeamRemote {
    guard let remote = try pool.teamRemote(name) else {
      throw TeamError.remoteNotFound(name, known: try pool.teamRemotes().map(\.name))
    }
    return remote
  }

  /// Keeps how it went for the status.
  func noting<T>(_ work: () throws -> T) throws -> T {
    do {
      let value = try work()
      try pool.noteTeamSync(name, problem: nil)
      return value
    } catch {
      if error as? TeamError != .cancelled { try? pool.noteTeamSync(name, problem: "\(error)") }
      throw error
    }
  }

  func run(on database: TeamDatabase) throws -> TeamReport {
    try check(database)
    return try exchange(with: database)
  }

  /// What differs, over a connection that was checked.
  func exchange(with database: TeamDatabase) throws -> TeamReport {
    var report = try push(to: database) + pull(from: database)
    guard database.sharesLearning else { return report }
    report.outcomesSent = try pushOutcomes(to: database)
    report.outcomesTaken = try pullOutcomes(from: database)
    return report
  }

  /// A database that was restored from a backup, or put in the place of another, knows less than
  /// was agreed on.
  private func check(_ database: TeamDatabase) throws {
    let identity = try database.prepare()
    let remote = try remote()
    let isKnown = remote.databaseID == identity
    if isKnown, try database.newestChange(of: remote.pool) >= remote.cursor { return }
    try pool.beginTeamAnew(name, databaseID: identity)
  }

  /// - Returns: what was sent, and what came back because somebody else was faster.
  private func push(to database: TeamDatabase) throws -> TeamReport {
    var report = TeamReport()
    let remote = try remote()
    var after: Int64? = 0
    while let start = after {
      let (changes, secrets, next) = try pool.teamChanges(
        for: remote, after: start, limit: Self.batch)
      report.secrets += secrets
      if !changes.isEmpty {
        let others = try database.push(changes.map(\.exemplar), to: remote.pool)
        report = report + (try pool.noteSent(changes, others: others, to: remote))
        report.sent += changes.count
      }
      after = next
    }
    return report
  }

  private func pull(from database: TeamDatabase) throws -> TeamReport {
    var report = TeamReport()
    while true {
      let remote = try remote()
      let (exemplars, cursor) = try database.changes(
        of: remote.pool, after: remote.cursor, limit: Self.batch)
      guard !exemplars.isEmpty else { return report }
      report = report + (try pool.takeOver(exemplars, upTo: cursor, from: remote))
    }
  }

  // MARK: Outcomes

  /// Outcomes of one message.
  private static let outcomeBatch = 500

  /// Tells the team of this project's outcomes as the remote's setting says, and withdraws what is
  /// no longer here or no longer to be told.
  ///
  /// - Returns: how many.
  private func pushOutcomes(to database: TeamDatabase) throws -> Int {
    var sent = 0
    let remote = try remote()
    let uids = Dictionary(
      try pool.teamNames(at: name).map { ($0.id, $0.uid) }, uniquingKeysWith: { first, _ in first })
    while true {
      let changes = try pool.teamOutcomeChanges(for: remote, limit: Self.outcomeBatch)
      guard !changes.isEmpty else {
        try pool.noteOutcomesSent(as: changes.state, to: remote)
        return sent
      }
      var records: [TeamOutcomeRecord] = []
      var kept: Set<Int64> = []
      for outcome in changes.outcomes {
        let json = TeamOutcome(outcome, uids: uids, detail: remote.outcomes)?.json
        if json == nil { kept.insert(outcome.id) }
        guard json != nil || changes.there.contains(outcome.id) else { continue }
        records.append(TeamOutcomeRecord(id: "\(remote.member):\(outcome.id)", json: json))
      }
      records += changes.gone.map {
        TeamOutcomeRecord(id: "\(remote.member):\($0)", json: nil)
      }
      try database.push(records, to: remote.pool)
      try pool.noteSent(changes, keptBack: kept, to: remote)
      sent += records.count
    }
  }

  /// - Returns: how many outcomes of others are new, changed or withdrawn.
  private func pullOutcomes(from database: TeamDatabase) throws -> Int {
    var taken = 0
    while true {
      let remote = try remote()
      // Who tells nothing hears nothing.
      guard remote.outcomes != .none else { return taken }
      let records = try database.outcomes(
        of: remote.pool, after: remote.outcomeCursor, limit: Self.outcomeBatch)
      guard let last = records.last else { return taken }
      taken += try pool.takeOver(records, upTo: last.changed, from: remote)
    }
  }
}
