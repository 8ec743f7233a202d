import ArgumentParser
import Foundation
import InstructionCompletion
import ModelStore
import PromptPool

struct Pool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import, export, find and change a project's exemplars.",
    subcommands: [
      Import.self, Export.self, List.self, Search.self, Show.self, Edit.self, Pin.self, Mute.self,
      Remove.self, Merge.self, Split.self, Share.self, Stats.self, Backup.self,
      Restore.self,
    ])
}

/// The project that a pool command is about.
struct ProjectOption: ParsableArguments {
  @Option(help: "The project's folder.") var project = "."

  func open() throws -> Project {
    let project = try Project(
      root: URL(filePath: project).standardizedFileURL, models: ModelHost())
    for problem in project.problems { Output.message("warning: \(problem)") }
    return project
  }
}

extension Pool {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the exemplars.")

    @OptionGroup var project: ProjectOption
    @Option(help: "Only this pool.") var pool: String?
    @Flag(help: "Print one JSON array.") var json = false

    func run() throws {
      let exemplars = try project.open().pool.exemplars(pool: pool)
      if json { return try Output.json(exemplars) }
      for exemplar in exemplars {
        let marks = (exemplar.isPinned ? " pinned" : "") + (exemplar.isMuted ? " muted" : "")
        let line = exemplar.instruction.split(whereSeparator: \.isNewline).first ?? ""
        Output.line("\(exemplar.id)\t\(exemplar.pool)\(marks)\t\(line)")
      }
    }
  }

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Count exemplars, embeddings, suggestions and feedback.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let statistics = try project.open().pool.statistics()
      if json { return try Output.json(statistics) }
      Output.line("exemplars\t\(statistics.exemplars)")
      for pool in statistics.pools { Output.line("  \(pool.name)\t\(pool.exemplars)") }
      Output.line("suggestions\t\(statistics.suggestions)")
      for (event, count) in statistics.feedback.sorted(by: { $0.key < $1.key }) {
        Output.line("  \(event)\t\(count)")
      }
    }
  }
}
