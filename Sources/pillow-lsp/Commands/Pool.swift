import ArgumentParser
import Foundation
import PillowProject
import ModelStore
import PromptPool

struct Pool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool",
    abstract: "Import, export, find and change a project's exemplars.",
    subcommands: [
      Import.self, Export.self, List.self, Search.self, Show.self, Edit.self, Pin.self, Mute.self,
      Remove.self, Forget.self, Merge.self, Split.self, Share.self, Harvest.self, Mine.self,
      Embed.self, Stats.self, Backup.self, Restore.self, Recover.self, Remote.self,
    ])
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
        // Mined exemplars of a kind have one instruction, and their answers tell them apart.
        let texts = [exemplar.instruction, exemplar.output].map { text in
          (text.split(whereSeparator: \.isNewline).first ?? "")
            .replacing(#/[\u{0}-\u{1F}\u{7F}]/#, with: " ")
        }
        Output.line("\(exemplar.id)\t\(exemplar.pool)\(marks)\t\(texts[0])\t\(texts[1])")
      }
    }
  }
}
