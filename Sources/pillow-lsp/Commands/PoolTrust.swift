import ArgumentParser
import Foundation
import PillowProject
import PromptPool

extension Pool {
  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stats",
      abstract:
        "Count exemplars, embeddings, suggestions and feedback, and report what takes up space.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false

    private struct Answer: Encodable {
      let statistics: PoolStatistics
      let space: [PoolStatistics.Space]

      func encode(to encoder: any Encoder) throws {
        try statistics.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(space, forKey: .space)
      }

      private enum CodingKeys: String, CodingKey { case space }
    }

    func run() throws {
      let pool = try project.open().pool
      let (statistics, space) = (try pool.statistics(), try pool.space())
      if json { return try Output.json(Answer(statistics: statistics, space: space)) }
      Output.line("exemplars\t\(statistics.exemplars)")
      for pool in statistics.pools { Output.line("  \(pool.name)\t\(pool.exemplars)") }
      Output.line(
        "retired\t\(statistics.retired)\npinned\t\(statistics.pinned)\nmuted\t\(statistics.muted)")
      for (encoder, count) in statistics.embeddings.sorted(by: { $0.key < $1.key }) {
        Output.line("embedded\t\(count)\t\(encoder)")
      }
      Output.line("suggestions\t\(statistics.suggestions)")
      for (event, count) in statistics.feedback.sorted(by: { $0.key < $1.key }) {
        Output.line("  \(event)\t\(count)")
      }
      Output.line("on disk\t\(size(space.reduce(0) { $0 + $1.bytes }))")
      for part in space { Output.line("  \(part.what)\t\(size(part.bytes))") }
    }

    private func size(_ bytes: Int) -> String {
      bytes < 1_000_000
        ? "\((bytes + 999) / 1000) kB" : String(format: "%.1f MB", Double(bytes) / 1e6)
    }
  }

  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forget",
      abstract: "Delete an exemplar and everything that quotes it, also from the file.",
      discussion: """
        This also deletes suggestions that had it in their prompt, and other exemplars that contain its output. It \
        cannot be undone; `pool remove` can.
        """)

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The exemplar's number.") var id: Int64

    func run() throws {
      let report = try project.open().forget(id)
      if json { return try Output.json(report) }
      Output.line(
        "exemplar \(id) is forgotten, with \(report.versions) earlier versions and "
          + "\(report.suggestions) suggestions")
      if !report.quotingExemplars.isEmpty {
        let ids = report.quotingExemplars.map { "\($0)" }.joined(separator: ", ")
        Output.line("it was quoted by these exemplars, which are forgotten too: \(ids)")
      }
      for file in report.sharedFiles {
        Output.message(
          "the team's file .pillow/pools/\(file) still holds it; delete its line there")
      }
      for copy in report.copies {
        Output.message("this older copy may still hold it; delete it if so: \(copy.path)")
      }
    }
  }

  struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup",
      abstract: "Write a copy of the project's database, even while a server uses it.")

    @OptionGroup var project: ProjectOption
    @Argument(help: "The file to write; it must not exist.") var file: String

    func run() throws { try project.open().pool.backUp(to: URL(filePath: file)) }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Replace the project's database with a backup; the earlier database is kept.")

    @OptionGroup var project: ProjectOption
    @Argument(help: "The backup.") var file: String

    func run() throws {
      let kept = try project.open().pool.restoreBackup(from: URL(filePath: file))
      if let kept { Output.line("the earlier database is kept as \(kept.path)") }
    }
  }

  struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "recover",
      abstract: "Save what can be read from a damaged database into the project's pool.",
      discussion: """
        Without a file, recovers the one that was set aside last. A damaged database that is still in place is set aside \
        first. The damaged file is kept.
        """)

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The damaged database.") var file: String?

    func run() throws {
      let project = try project.open()
      if file == nil, try isDamaged(project.pool) {
        guard project.recovers(from: PromptPoolError.corrupt(path: "")) else {
          throw ExitCode.failure
        }
      }
      let pool = project.pool
      guard let damaged = file.map({ URL(filePath: $0) }) ?? pool.setAsideFiles.last else {
        throw CommandError("The project's database is intact, and none was set aside.")
      }
      let report = try pool.recover(from: damaged)
      guard !json else {
        try Output.json(report)
        if report.isEmpty { throw ExitCode.failure }
        return
      }
      guard !report.isEmpty else {
        throw CommandError("Nothing in \(damaged.path) can be read: it may be no pool's database.")
      }
      Output.line(
        "\(report.exemplars) exemplars, \(report.versions) earlier versions, "
          + "\(report.suggestions) suggestions, \(report.feedback) events of feedback and "
          + "\(report.matchers) matching networks saved from \(damaged.path)")
      if report.alreadyThere > 0 {
        Output.line("\(report.alreadyThere) exemplars were in the pool already")
      }
      if report.damagedPages > 0 {
        Output.line("\(report.damagedPages) pages have rows that cannot be read")
      }
    }

    private func isDamaged(_ pool: PromptPool) throws -> Bool {
      do { return try !pool.damage().isEmpty } catch PromptPoolError.corrupt { return true }
    }
  }
}
