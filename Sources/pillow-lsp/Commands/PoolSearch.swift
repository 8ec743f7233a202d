public import ArgumentParser
import CompletionEngine
import Foundation
import PillowProject
public import PromptPool

extension ExemplarFilter.Use: ExpressibleByArgument {}

extension Pool {
  struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "search",
      abstract: "Find exemplars by their words and by their meaning, best first.",
      discussion: """
        Exemplars without a vector are found only by their words; without the sentence encoder, all of them are. Dates are \
        days (2026-03-31) or full times in ISO 8601.
        """)

    enum Way: String, ExpressibleByArgument, CaseIterable { case text, meaning, both }

    @OptionGroup var project: ProjectOption
    @Option(help: "text, meaning, or both, merged.") var by = Way.both
    @Option(help: "Only this pool.") var pool: String?
    @Option(help: "Only with this tag.") var tag: String?
    @Option(help: "Only of this language.") var language: String?
    @Option(help: "Only from this file or source.") var origin: String?
    @Option(help: "Only exemplars added on that day or later.") var since: DateArgument?
    @Option(help: "Only exemplars added before that day.") var before: DateArgument?
    @Option(help: "Only exemplars that were shown, accepted, or never used.") var use:
      ExemplarFilter.Use?
    @Option(help: "The most results to print.") var limit = 20
    @Flag(help: "Print one JSON array.") var json = false
    @Argument(help: "Words; beginnings of words count.") var text: String

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit must be 1 or more.") }
    }

    func run() async throws {
      let project = try project.open()
      let filter = ExemplarFilter(
        pool: pool, tag: tag, language: language, origin: origin, createdAfter: since?.date,
        createdBefore: before?.date, use: use)
      let found: [SearchResult]
      switch by {
      case .text:
        found = try project.pool.search(text, near: [], filter: filter, limit: limit)
      case .meaning:
        found = try await project.search(text, byWords: false, filter: filter, limit: limit)
      case .both:
        do {
          found = try await project.search(text, filter: filter, limit: limit)
        } catch let error as ModelError {
          Output.message("warning: searching by words only. \(error)")
          found = try project.pool.search(text, near: [], filter: filter, limit: limit)
        }
      }
      if json { return try Output.json(found) }
      found.forEach(print)
      if found.isEmpty { Output.message("No exemplar was found.") }
    }

    private func print(_ result: SearchResult) {
      let exemplar = result.exemplar
      let ranks = [
        result.textRank.map { "word \($0)" }, result.meaningRank.map { "meaning \($0)" },
      ]
      Output.line(
        "\(exemplar.id)\t\(exemplar.pool)\t\(ranks.compactMap(\.self).joined(separator: ", "))\t"
          + firstLine(exemplar.instruction))
      guard let snippet = result.snippet else { return }
      // Bold on a terminal, marks elsewhere.
      let isTerminal = isatty(STDOUT_FILENO) == 1
      Output.line(
        "\t"
          + snippet.replacing("\n", with: " ").replacing("⟦", with: isTerminal ? "\u{1B}[1m" : "⟦")
          .replacing("⟧", with: isTerminal ? "\u{1B}[0m" : "⟧"))
    }
  }
}

/// A day, from its beginning in the local time zone, or a time in ISO 8601.
struct DateArgument: ExpressibleByArgument {
  let date: Date

  init?(argument: String) {
    if let time = try? Date(argument, strategy: .iso8601) {
      date = time
    } else if let day = try? Date(
      argument, strategy: .iso8601.year().month().day().dateSeparator(.dash))
    {
      // The strategy takes the day in Greenwich's time.
      date = day.addingTimeInterval(-Double(TimeZone.current.secondsFromGMT(for: day)))
    } else {
      return nil
    }
  }
}

func firstLine(_ text: String) -> Substring {
  text.split(whereSeparator: \.isNewline).first ?? ""
}
