import ArgumentParser
import Foundation
import PillowProject
import PromptPool

extension Pool {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print an exemplar with its use and its earlier versions.")

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
      let marks = (exemplar.isPinned ? ", pinned" : "") + (exemplar.isMuted ? ", muted" : "")
      Output.line(
        "exemplar \(id) of pool \(exemplar.pool)\(marks), from \(exemplar.origin), "
          + "version \(exemplar.version) of \(exemplar.updatedAt.formatted(.iso8601))")
      if let date = exemplar.retiredAt { Output.line("removed \(date.formatted(.iso8601))") }
      print(exemplar.draft)
      Output.line(
        "suggested \(use.suggested), shown \(use.shown), accepted \(use.accepted), kept \(use.kept), "
          + "rejected \(use.rejected) times; mean reward "
          + (use.meanReward.map { String(format: "%.2f", $0) } ?? "not known"))
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
