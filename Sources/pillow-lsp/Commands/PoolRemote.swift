import ArgumentParser
import Foundation
import PillowProject
import PromptPool
import SharedPools

extension Pool {
  struct Remote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remote",
      abstract: "Share a pool with a team through a PostgreSQL database.",
      subcommands: [
        Add.self, Status.self, Sync.self, Outcomes.self, Publish.self, Versions.self, Fetch.self,
        Delete.self, Schema.self,
      ])
  }
}

extension Pool.Remote {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Share a pool through a database, and synchronise it for the first time.",
      discussion: """
        The address is a PostgreSQL URL such as postgresql://me@db.example.org/team, without a \
        password: that belongs into ~/.pgpass or PGPASSWORD.
        """)

    @OptionGroup var project: ProjectOption
    @Option(help: "The pool that is shared; by default one of the database's name.")
    var pool: String?
    @Option(help: "What of suggestions' outcomes is sent: none, numbers or text.")
    var outcomes = TeamRemote.Outcomes.none
    @Flag(help: "Only remember the database; do not connect now.") var offline = false
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "What the project calls the database.") var name: String
    @Argument(help: "The database's address.") var address: String

    func run() async throws {
      guard name.wholeMatch(of: #/[\w.-]{1,64}/#) != nil else { throw TeamError.badName(name) }
      let address = try TeamAddress(address)
      let pool = try project.open().pool
      let remote = TeamRemote(
        name: name, address: address.text, pool: self.pool ?? name, outcomes: outcomes)
      if !address.isVerified {
        Output.message("warning: the connection to \(address) is not verified (sslmode).")
      }
      try pool.add(remote)
      if !offline {
        do {
          let report = try await Pool.Remote.synchronise(pool, name)
          if json { return try Output.json(report) }
          Output.line(Pool.Remote.words(report, name))
          if outcomes != .none { Output.line(Pool.Remote.promise(outcomes)) }
        } catch {
          // A database that never answered was a slip of the keyboard.
          _ = try? pool.removeTeamRemote(name)
          throw error
        }
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the databases that a project shares pools with.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON array.") var json = false

    private struct Row: Encodable {
      let name, address, pool: String
      let outcomes: TeamRemote.Outcomes
      let exemplars, unsent: Int
      let syncedAt: Date?
      let problem: String?
    }

    func run() async throws {
      let pool = try project.open().pool
      let rows = try pool.teamRemotes().map { remote in
        Row(
          name: remote.name, address: remote.address, pool: remote.pool,
          outcomes: remote.outcomes, exemplars: try pool.exemplars(pool: remote.pool).count,
          unsent: try pool.unsentTeamChanges(remote), syncedAt: remote.syncedAt,
          problem: remote.problem)
      }
      if json { return try Output.json(rows) }
      if rows.isEmpty { Output.line("No pool is shared through a database.") }
      for row in rows {
        let date = row.syncedAt.map { $0.formatted(.iso8601) } ?? "never"
        Output.line(
          "\(row.name)\t\(row.address)\tpool \(row.pool), \(row.exemplars) exemplars, "
            + "\(row.unsent) unsent, outcomes \(row.outcomes.rawValue), synchronised \(date)")
        if let problem = row.problem { Output.line("  \(problem)") }
      }
    }
  }

  struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send this project's changes and take over the team's.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The database; by default all of the project's.") var name: String?

    func run() async throws {
      let pool = try project.open().pool
      let names = try name.map { [$0] } ?? pool.teamRemotes().map(\.name)
      guard !names.isEmpty else {
        throw CommandError(
          "No pool is shared through a database: `pillow-lsp pool remote add` begins with one.")
      }
      var reports: [String: TeamReport] = [:]
      for name in names {
        let report = try await Pool.Remote.synchronise(pool, name)
        reports[name] = report
        if !json { Output.line(Pool.Remote.words(report, name)) }
      }
      if json { try Output.json(reports) }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Stop sharing through a database; the exemplars stay here and there.",
      discussion: """
        What the team was told of outcomes is withdrawn first. Where the database cannot be reached, \
        `--keep-outcomes` removes it here all the same and leaves there what the team was told.
        """)

    @OptionGroup var project: ProjectOption
    @Flag(help: "Do not withdraw what the team was told of outcomes.") var keepOutcomes = false
    @Argument(help: "The database.") var name: String

    func run() async throws {
      let pool = try project.open().pool
      guard let remote = try pool.teamRemote(name) else {
        throw TeamError.remoteNotFound(name, known: try pool.teamRemotes().map(\.name))
      }
      if !keepOutcomes, try pool.mayHaveTold(remote) {
        let sync = TeamSync(pool, remote: name)
        let count: Int
        do {
          count = try await Pool.Remote.waiting { try sync.withdrawOutcomes() }
        } catch let error as TeamError {
          throw CommandError(
            "\(error) What the team was told of outcomes could not be withdrawn: try again later, or "
              + "leave it there with `--keep-outcomes`.")
        }
        if count > 0 { Output.line("\(name): \(count) outcomes withdrawn") }
      }
      _ = try pool.removeTeamRemote(name)
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the SQL that sets up a database, for its administrator.")

    @Option(help: "The version of the schema that is there already; 0 for none.") var after = 0

    func run() throws {
      guard 0...TeamSetup.version ~= after else {
        throw CommandError(
          "There is no version \(after) of the schema: this program knows up to \(TeamSetup.version)."
        )
      }
      Output.text(TeamSetup.script(after: after))
    }
  }

  static func synchronise(
    _ pool: PromptPool, _ name: String
  ) async throws -> TeamReport {
    try await waiting { try TeamSync(pool, remote: name).run() }
  }

  /// On a thread that may wait.
  static func waiting<T: Sendable>(
    _ work: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        continuation.resume(with: Result(catching: work))
      }
    }
  }

  /// What a team is told from now on.
  static func promise(_ outcomes: TeamRemote.Outcomes) -> String {
    switch outcomes {
    case .none: "The team is told nothing of outcomes."
    case .numbers:
      "The team is told which of its exemplars helped how much, and no texts."
    case .text:
      "The team is told which of its exemplars helped how much, and every instruction of this "
        + "project with its input and the text that stands below it, answered or not."
    }
  }

  static func words(_ report: TeamReport, _ name: String) -> String {
    let kept =
      report.secrets == 0 ? "" : "; \(report.secrets) seem to hold secrets and were left alone"
    let told = [
      (report.outcomesSent, "sent"), (report.outcomesWithdrawn, "withdrawn"),
      (report.outcomesTaken, "taken over"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let outcomes = told.isEmpty ? "" : "; outcomes: " + told.joined(separator: ", ")
    return "\(name): \(report.sent) sent, \(report.added) added, \(report.edited) edited, "
      + "\(report.marked) marked\(outcomes)\(kept)"
  }
}
