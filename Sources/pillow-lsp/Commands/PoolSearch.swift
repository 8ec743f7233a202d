public import ArgumentParser
import Foundation
import InstructionCompletion
public import PromptPool

extension ExemplarFilter.Use: ExpressibleByArgument {}

extension Pool {
  struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find exemplars by their words, best first.")

    @OptionGroup var project: ProjectOption
    @Option(help: "Only this pool.") var pool: String?
    @Option(help: "Only with this tag.") var tag: String?
    @Option(help: "Only of this language.") var language: String?
    @Option(help: "Only from this file or source.") var origin: String?
    @Option(help: "Only what was shown, accepted, or never used.") var use: ExemplarFilter.Use?
    @Option(help: "At most so many.") var limit = 20
    @Flag(help: "Print one JSON array.") var json = false
    @Argument(help: "Words; beginnings of words count.") var text: String

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit has to be 1 or more.") }
    }

    func run() throws {
      let filter = ExemplarFilter(
        pool: pool, tag: tag, language: language, origin: origin, use: use)
      let found = try project.open().pool.search(text, near: [], filter: filter, limit: limit)
      if json { return try Output.json(found) }
      for result in found {
        let exemplar = result.exemplar
        Output.line("\(exemplar.id)\t\(exemplar.pool)\t\(firstLine(exemplar.instruction))")
        if let snippet = result.snippet {
          Output.line("\t" + snippet.replacing("\n", with: " "))
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print an exemplar with its use and its earlier versions.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "The exemplar's number.") var id: Int64

    private struct Answer: Encodable {
      struct Version: Encodable {
        let instruction, input, output: String
        let tags: [String]
        let language: String?
      }
      let exemplar: Exemplar
      let use: ExemplarUse
      let earlierVersions: [Version]
    }

    func run() throws {
      let pool = try project.open().pool
      guard let exemplar = try pool.exemplar(id) else { throw PromptPoolError.exemplarNotFound(id) }
      let (use, history) = (try pool.use(of: id), try pool.history(of: id))
      if json {
        return try Output.json(
          Answer(
            exemplar: exemplar, use: use,
            earlierVersions: history.map {
              .init(
                instruction: $0.instruction, input: $0.input, output: $0.output, tags: $0.tags,
                language: $0.language)
            }))
      }
      Output.line("exemplar \(id) of pool \(exemplar.pool), from \(exemplar.origin)")
      if let date = exemplar.retiredAt { Output.line("removed \(date.formatted(.iso8601))") }
      print(exemplar.draft)
      Output.line(
        "suggested \(use.suggested), shown \(use.shown), accepted \(use.accepted), "
          + "rejected \(use.rejected) times")
      for (index, draft) in history.enumerated() {
        Output.line("\nversion \(index + 1)")
        print(draft)
      }
    }

    private func print(_ draft: ExemplarDraft) {
      Output.line("### Instruction\n\(draft.instruction)")
      if !draft.input.isEmpty { Output.line("### Input\n\(draft.input)") }
      Output.line("### Response\n\(draft.output)")
      if !draft.tags.isEmpty { Output.line("tags: \(draft.tags.joined(separator: ", "))") }
      if let language = draft.language { Output.line("language: \(language)") }
    }
  }
}

func firstLine(_ text: String) -> Substring {
  text.split(whereSeparator: \.isNewline).first ?? ""
}
