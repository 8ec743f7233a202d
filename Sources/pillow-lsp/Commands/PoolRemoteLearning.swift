public import ArgumentParser
import Foundation
public import PillowProject
import PromptPool
import SharedPools

extension PublishedKind: ExpressibleByArgument {}

// What members of a team tell each other of what they have learned.
extension Pool.Remote {
  struct Outcomes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Choose what of suggestions' outcomes a team is told, and withdraw what it is not.",
      discussion: """
        With `numbers` it is told which of its exemplars were shown and what the answer was worth, with \
        `text` also every instruction of the project with its input and the text that stands below it, \
        answered or not. With `none`, what it was \
        told before is withdrawn. Only who tells hears what others have told.
        """)

    @OptionGroup var project: ProjectOption
    @Argument(help: "The database.") var name: String
    @Argument(help: "none, numbers or text.") var outcomes: TeamRemote.Outcomes

    func run() async throws {
      let pool = try project.open().pool
      guard let before = try pool.teamRemote(name)?.outcomes else {
        throw TeamError.remoteNotFound(name, known: try pool.teamRemotes().map(\.name))
      }
      _ = try pool.setTeamOutcomes(outcomes, of: name)
      let report: TeamReport
      do { report = try await Pool.Remote.synchronise(pool, name) } catch {
        // What this role may not do is not tried again and again.
        if case .notAllowed = error as? TeamError, outcomes != .none {
          _ = try pool.setTeamOutcomes(before, of: name)
        }
        throw error
      }
      Output.line(Pool.Remote.words(report, name))
      Output.line(Pool.Remote.promise(outcomes))
    }
  }

  struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Publish the matching network or the adapter in service for a team.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The database.") var name: String
    @Argument(help: "policy or adapter.") var kind: PublishedKind

    private struct Report: Encodable { let kind: String, number: Int64 }

    func run() async throws {
      guard let number = try await project.open().publish(kind, to: name) else {
        throw CommandError(
          "No \(kind.rawValue) of the project’s own serves: "
            + "\(kind == .policy ? "`train matcher`" : "`train adapter`") makes one.")
      }
      if json { return try Output.json(Report(kind: kind.rawValue, number: number)) }
      Output.line("\(name): the \(kind.rawValue) is version \(number)")
    }
  }

  struct Versions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the networks and adapters that members of a team have published.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON array.") var json = false
    @Argument(help: "The database.") var name: String

    func run() async throws {
      let pool = try project.open().pool
      let versions = try await Pool.Remote.waiting { try TeamSync(pool, remote: name).versions() }
      if json { return try Output.json(versions) }
      if versions.isEmpty { Output.line("nothing was published yet") }
      for version in versions {
        let day = version.at.formatted(.iso8601.year().month().day())
        Output.line(
          "\(version.number)  \(version.kind.rawValue)  \(day)  \(version.by)  "
            + "\((version.bytes + 1023) / 1024) kB  for \(version.base)  \(version.note)")
      }
    }
  }

  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take over what a member of a team has published.",
      discussion: """
        It serves when it is better than what serves now on the newest texts of this project or, before \
        there are enough of them, on exemplars of its pools from outside the team’s. That is measured with the model and takes \
        up to a minute.
        """)

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The database.") var name: String
    @Argument(help: "The number that `versions` shows.") var number: Int64

    func run() async throws {
      let fetched = try await project.open().fetch(number, from: name)
      if json { return try Output.json(fetched) }
      Output.line(fetched.test)
      Output.line(
        "\(fetched.version.kind.rawValue) \(fetched.number) "
          + (fetched.isServing ? "serves" : "is here and does not serve"))
    }
  }
}
