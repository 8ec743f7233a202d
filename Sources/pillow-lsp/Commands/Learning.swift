public import ArgumentParser
import Foundation
import PillowProject
public import PromptPool

struct Learning: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learning", abstract: "What a project learns from what you keep.",
    subcommands: [
      LearningStatusCommand.self, LearningHistoryCommand.self, LearningCompare.self,
      LearningRollback.self, LearningPause.self, LearningResume.self, LearningReset.self,
      LearningReport.self,
    ], defaultSubcommand: LearningStatusCommand.self)
}

struct LearningStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what was learned so far and what serves.")

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    let status = try await project.open().learningStatus()
    if json { return try Output.json(status) }
    if !status.isOn {
      Output.line("learning is off: the setting learning.enabled is false")
    } else if status.isPaused {
      Output.line("learning is paused: `learning resume` goes on")
    }
    if let sentence = status.sentence { Output.line(sentence) }
    Output.line(
      "outcomes\t\(status.outcomes) recorded, \(status.standingTexts) with the text that finally stood there"
    )
    if !status.trustsStandingTexts {
      Output.line("\tthey answer their instructions too seldom to learn from them")
    }
    Output.line(
      status.learnedFrom == 0 || !status.isOn
        ? "exemplars\tno outcomes change the choice"
        : status.learnedFrom == 1
          ? "exemplars\tchosen by what was learned from one outcome"
          : "exemplars\tchosen by what was learned from \(status.learnedFrom) outcomes")
    if status.begunWith > 0 {
      let others = status.begunWith == 1 ? "another project" : "\(status.begunWith) other projects"
      Output.line("start\twhat \(others) taught")
    }
    if status.begunWithTeam > 0 {
      let others =
        status.begunWithTeam == 1 ? "an outcome" : "\(status.begunWithTeam) outcomes"
      Output.line("team\tit began with \(others) of others")
    }
    Output.line("policy\t\(status.policy)")
    Output.line("gate\t\(status.gate)")
    Output.line("adapter\t\(status.adapter)")
  }
}

struct LearningHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List all versions with what made them; * marks those that serve.")

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    var versions: [LearningVersionSummary]
    var networks: [NetworkSummary]
    var steps: [LearningStep]
  }

  func run() async throws {
    let pool = try project.open().pool
    let history = try LearningHistory(pool)
    if json {
      return try Output.json(
        Report(
          versions: history.versions, networks: history.networks,
          steps: try pool.learningSteps()))
    }
    guard !history.versions.isEmpty || !history.networks.isEmpty else {
      return Output.line("there are no versions yet: no network, gate or adapter has been trained")
    }
    for version in history.versions {
      let mark = version.isServing ? "*" : " "
      let day = version.at.formatted(.iso8601.year().month().day())
      Output.line(
        "\(mark) \(version.id)  \(version.kind.rawValue)  \(day)  outcomes "
          + "\(version.firstOutcome) to \(version.lastOutcome)  \(version.note)")
    }
    if !history.networks.isEmpty {
      Output.line("networks that were trained by command, on the pool, or fetched from a team:")
    }
    for network in history.networks {
      let mark = network.isServing ? "*" : " "
      let day = network.at.formatted(.iso8601.year().month().day())
      Output.line("\(mark) network \(network.version)  \(day)  \(network.note)")
    }
  }
}

struct LearningCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two versions; a higher score is better.")

  @OptionGroup var project: ProjectOption
  @Argument(help: "The number of a version.") var first: Int64
  @Argument(help: "The number of another one.") var second: Int64
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    let comparison = try await project.open().compareLearning(first, second)
    if json { return try Output.json(comparison) }
    for (version, score) in [
      (comparison.first, comparison.firstScore), (comparison.second, comparison.secondScore),
    ] {
      Output.line(
        "\(version.id)  \(version.kind.rawValue)  "
          + (score.map { String(format: "%.4f", $0) } ?? "no score") + "  \(version.note)")
    }
    Output.line(comparison.basis)
  }
}

struct LearningRollback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Take back the latest step of a kind, and exactly that.")

  @OptionGroup var project: ProjectOption
  @Argument(help: "policy, gate or adapter.") var kind: LearnedKind
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    var kind: LearnedKind
    var serving: String
  }

  func run() async throws {
    guard let now = try await project.open().rollBackLearning(kind) else {
      throw CommandError(
        "There is no step of the \(kind.rawValue) to take back: what came with the program serves.")
    }
    if json { return try Output.json(Report(kind: kind, serving: now)) }
    Output.line("\(now) serves")
  }
}

extension LearnedKind: ExpressibleByArgument {}

/// What the short commands print with --json.
private struct LearningSwitched: Encodable {
  var isPaused: Bool
}

struct LearningPause: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Let learning rest; what was learned serves on, and outcomes are recorded.")

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    try await project.open().pauseLearning(true)
    if json { return try Output.json(LearningSwitched(isPaused: true)) }
    Output.line("learning is paused")
  }
}

struct LearningResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let learning go on, also with what came meanwhile.")

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    try await project.open().pauseLearning(false)
    if json { return try Output.json(LearningSwitched(isPaused: false)) }
    Output.line("learning goes on")
  }
}

struct LearningReset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Start over: nothing that was learned serves any more; history and exemplars stay.")

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    let project = try project.open()
    try await project.resetLearning()
    if json { return try Output.json(try await project.learningStatus()) }
    Output.line(
      "learning starts over: nothing that was learned serves; versions and exemplars stay")
  }
}
