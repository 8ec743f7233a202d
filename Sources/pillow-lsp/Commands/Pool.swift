import ArgumentParser
import Foundation
import InstructionCompletion
import ModelStore
import PromptPool

struct Pool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import, export and list a project's exemplars.",
    subcommands: [Import.self, Export.self, List.self, Stats.self])
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
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the exemplars of a JSONL file or a starter pool.",
      discussion: "Bad lines are reported with their numbers and skipped; duplicates are skipped.")

    @OptionGroup var project: ProjectOption
    @Option(help: "The pool's name; by default the file's.") var pool: String?
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "A file, `-` for standard input, or a starter pool's name.") var source: String

    func run() throws {
      let target = try project.open().pool
      let report =
        if source == "-" {
          try target.importJSONL(
            reading: .standardInput, pool: pool ?? "default", origin: "standard input")
        } else {
          try target.importJSONL(from: file(), pool: pool)
        }
      for rejected in report.rejected {
        Output.message("\(source), line \(rejected.line) is skipped: \(rejected.reason)")
      }
      if json { return try Output.json(report) }
      Output.line(
        "\(report.added) added, \(report.duplicates) there already, "
          + "\(report.rejectedCount) skipped")
    }

    private func file() throws -> URL {
      if FileManager.default.fileExists(atPath: source) { return URL(filePath: source) }
      if let starter = StarterPools.file(source, in: StarterPools.folder()) { return starter }
      throw CommandError("There is no file and no starter pool named \(source).")
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the exemplars as JSON lines, which `pool import` reads.")

    @OptionGroup var project: ProjectOption
    @Option(help: "Only this pool.") var pool: String?

    func run() throws {
      try project.open().pool.exportJSONL(pool: pool) { Output.line($0) }
    }
  }

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
