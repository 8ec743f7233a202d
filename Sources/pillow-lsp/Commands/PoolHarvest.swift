import ArgumentParser
import Foundation
import PillowProject
import PromptPool
import Settings
import WorkspaceRules

extension Pool {
  struct Harvest: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "harvest",
      abstract: "List accepted and kept completions, and make exemplars of them.",
      discussion: """
        Files of secrets and files that `.gitignore` names are never quoted. Text that seems to hold a password or key is \
        refused.
        """)

    @OptionGroup var project: ProjectOption
    @Option(help: "Make an exemplar of this suggestion.") var take: [String] = []
    @Option(help: "Do not offer this suggestion again.") var decline: [String] = []
    @Flag(help: "Make exemplars of all listed completions.") var all = false
    @Option(help: "The target pool.") var pool = "harvested"
    @Option(help: "List completions of which at least this share was kept, 0 to 1.") var kept = 0.9
    @Option(help: "The most completions to list.") var limit = 20
    @Flag(help: "Print one JSON array.") var json = false

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit must be 1 or more.") }
      if !(0...1).contains(kept) { throw ValidationError("--kept must be a number from 0 to 1.") }
    }

    func run() throws {
      let project = try project.open()
      if !take.isEmpty || !decline.isEmpty {
        for id in decline { try project.pool.declineHarvest(of: id) }
        for id in take { try harvest(id, project) }
        return
      }
      let rule = HarvestRule(keptShare: kept)
      let found = try project.pool.harvestCandidates(rule: rule, limit: limit).filter {
        $0.suggestion.documentURI.flatMap { refusal($0, project) } == nil && $0.draft.secret == nil
      }
      if json, !all { return try Output.json(found) }
      if found.isEmpty {
        let share = Int((kept * 100).rounded())
        return Output.message(
          "No completion was accepted whole and kept to \(share) % for two minutes or more.")
      }
      if all { return try found.forEach { try harvest($0.suggestion.id, project) } }
      for candidate in found {
        let suggestion = candidate.suggestion
        let kept = Int((candidate.keptShare * 100).rounded())
        Output.line("\(suggestion.id)\t\(kept) % kept\t\(firstLine(suggestion.instruction))")
        Output.line("\t\(firstLine(suggestion.text))")
      }
    }

    private func harvest(_ id: String, _ project: Project) throws {
      let exemplar = try project.pool.harvest(id, pool: pool) { refusal($0, project) }
      Output.line("exemplar \(exemplar.id)\t\(exemplar.pool)\t\(firstLine(exemplar.instruction))")
    }

    private func refusal(_ uri: String, _ project: Project) -> String? {
      DocumentRules(InstructionSettings()).harvestRefusal(
        uri: uri, languageID: "", root: project.root)
    }
  }
}
