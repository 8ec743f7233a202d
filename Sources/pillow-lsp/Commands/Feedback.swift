import ArgumentParser
import Foundation
import PillowProject
import PillowServer
import PromptPool

struct FeedbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feedback", abstract: "Report what became of a project's suggestions.",
    subcommands: [Stats.self, Export.self], defaultSubcommand: Stats.self)

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stats",
      abstract: "Count accepts and rejects, and measure how much text was kept.")

    @OptionGroup var project: ProjectOption
    @Option(help: "How many of the latest suggestions.") var last = 10_000
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let pool = try project.open().pool
      let summary = FeedbackSummary(try pool.suggestionsWithFeedback(limit: last))
      if json { return try Output.json(summary) }
      Output.line("shown\t\(summary.shown)")
      for (outcome, count) in summary.outcomes.sorted(by: { $0.key < $1.key }) {
        Output.line("  \(outcome)\t\(count)")
      }
      Output.line("accepted\t\(percentage(summary.acceptRate))")
      Output.line(
        "kept of what was accepted\t\(summary.keptShare.map(percentage) ?? "not known yet")")
      Output.line("characters kept for each shown\t\(String(format: "%.1f", summary.keptPerShown))")
    }

    private func percentage(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Print suggestions with their events, one object per line, oldest first.",
      discussion: "The output contains what you have written; --masked omits the texts.")

    @OptionGroup var project: ProjectOption
    @Option(help: "How many of the latest suggestions.") var last = 1_000_000
    @Flag(help: "Omit instructions, inputs, texts and paths.") var masked = false

    private struct Entry: Encodable {
      var suggestion: Suggestion
      var events: [Feedback]
    }

    func run() throws {
      let pool = try project.open().pool
      for (suggestion, events) in try pool.suggestionsWithFeedback(limit: last).reversed() {
        try Output.json(Entry(suggestion: masked ? suggestion.masked : suggestion, events: events))
      }
    }
  }
}

extension Suggestion {
  /// Without what was written; lengths stay readable as runs of a dot.
  fileprivate var masked: Suggestion {
    var copy = self
    copy.documentURI = nil
    copy.instruction = ""
    copy.input = ""
    copy.text = String(repeating: "·", count: text.utf16.count)
    return copy
  }
}
