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
    // What is taken back goes first, so that nothing else can hold it up.
    let withdrawn = database.sharesLearning ? try withdrawOutcomes(from: database) : 0
    var report = try push(to: database) + pull(from: database)
    report.outcomesWithdrawn = withdrawn
    guard database.sharesLearning else { return report }
    let told = try pushOutcomes(to: database)
    report.outcomesSent = told.sent
    report.outcomesWithdrawn += told.withdrawn
    report.outcomesTaken = try pullOutcomes(from: database)
    return report
  }

  /// Takes back everything that the team was told of outcomes, over a connection of its own, and
  /// tells nothing from then on. Waits for the server and the disk.
  ///
  /// - Returns: how many outcomes.
  @discardableResult
  public func withdrawOutcomes() throws -> Int {
    _ = try pool.setTeamOutcomes(.none, of: name)
    return try noting { try withdrawn(remote()) }
  }

  private func withdrawn(_ remote: TeamRemote) throws -> Int {
    let database = try TeamDatabase(TeamAddress(remote.address))
    try check(database)
    return database.sharesLearning ? try withdrawOutcomes(from: database) : 0
  }

  /// A database that was restored from a backup, or put in the place of another, knows less than
  /// was agreed on.
  private func check(_ database: TeamDatabase) throws {
    let identity = try database.prepare()
    let remote = try remote()
    // Before anything changes here.
    if remote.outcomes != .none { try database.requireTelling() }
    if remote.databaseID == identity, try database.isWhole(for: remote) { return }
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

  /// Withdraws what is no longer here or no longer to be told.
  ///
  /// - Returns: how many.
  private func withdrawOutcomes(from database: TeamDatabase) throws -> Int {
    let remote = try remote()
    if !remote.knowsOutcomes {
      let there = try database.ownOutcomes(of: remote.pool, member: remote.member)
      try pool.noteTold(there, to: remote)
    }
    var withdrawn = 0
    while true {
      let ids = try pool.teamOutcomesToWithdraw(for: remote, limit: Self.outcomeBatch)
      guard !ids.isEmpty else { return withdrawn }
      let change = try database.push(
        ids.map { TeamOutcomeRecord(id: "\(remote.member):\($0)", json: nil) }, to: remote.pool)
      try pool.noteWithdrawn(ids, as: change, to: remote)
      withdrawn += ids.count
    }
  }

  /// Tells the team of this project's outcomes as the remote's setting says.
  ///
  /// - Returns: how many; also how many of those that it had are not to be told any more.
  private func pushOutcomes(to database: TeamDatabase) throws -> (sent: Int, withdrawn: Int) {
    var (sent, withdrawn) = (0, 0)
    let remote = try remote()
    let uids = Dictionary(
      try pool.teamNames(at: name).map { ($0.id, $0.uid) }, uniquingKeysWith: { first, _ in first })
    while true {
      let changes = try pool.teamOutcomeChanges(for: remote, limit: Self.outcomeBatch)
      guard !changes.outcomes.isEmpty else {
        try pool.noteOutcomesSent(as: changes.state, to: remote)
        return (sent, withdrawn)
      }
      var records: [TeamOutcomeRecord] = []
      var kept: Set<Int64> = []
      for outcome in changes.outcomes {
        let json = TeamOutcome(outcome, uids: uids, detail: remote.outcomes)?.json
        if json == nil { kept.insert(outcome.id) }
        guard json != nil || changes.there.contains(outcome.id) else { continue }
        records.append(TeamOutcomeRecord(id: "\(remote.member):\(outcome.id)", json: json))
        if json == nil { withdrawn += 1 } else { sent += 1 }
      }
      let change = try database.push(records, to: remote.pool)
      try pool.noteSent(changes, keptBack: kept, as: change, to: remote)
    }
  }

  /// - Returns: how many outcomes of others are new, changed or withdrawn.
  private func pullOutcomes(from database: TeamDatabase) throws -> Int {
    var taken = 0
    let forgotten = try pool.textsForgottenAt()
    while true {
      let remote = try remote()
      // Who tells nothing hears nothing.
      guard remote.outcomes != .none else { return taken }
      let records = try database.outcomes(
        of: remote.pool, after: remote.outcomeCursor, limit: Self.outcomeBatch)
      guard let last = records.last else { return taken }
      let others = records.filter { !($0.isOwn && $0.record.id.hasPrefix(remote.member + ":")) }
      taken += try pool.takeOver(
        others.map { $0.known(here: forgotten) }, upTo: last.record.changed, from: remote)
    }
  }
}
