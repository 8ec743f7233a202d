import ArgumentParser
import Foundation
import PillowProject
import PromptPool

extension Pool {
  struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "edit",
      abstract: "Change an exemplar; the earlier version is kept.",
      discussion: "Fields that are not named stay as they are.")

    @OptionGroup var project: ProjectOption
    @Option(help: "The new instruction.") var instruction: String?
    @Option(help: "The new input.") var input: String?
    @Option(help: "The new output.") var output: String?
    @Option(help: "The new tags, separated by commas.") var tags: String?
    @Option(help: "The new language.") var language: String?
    @Argument(help: "The exemplar's number.") var id: Int64

    private var newTags: [String]? {
      tags?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func run() throws {
      let pool = try project.open().pool
      guard let exemplar = try pool.exemplar(id) else { throw PromptPoolError.exemplarNotFound(id) }
      let draft = ExemplarDraft(
        instruction: instruction ?? exemplar.instruction, input: input ?? exemplar.input,
        output: output ?? exemplar.output, tags: newTags ?? exemplar.tags,
        language: language ?? exemplar.language)
      if let secret = draft.secret { throw PromptPoolError.invalidExemplar(reason: secret) }
      let version = try pool.update(id, to: draft).version
      Output.line(
        version == exemplar.version
          ? "exemplar \(id) is unchanged, version \(version)"
          : "exemplar \(id) is now version \(version)")
    }
  }

  struct Pin: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pin", abstract: "Put an exemplar into every prompt.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Undo it.") var off = false
    @Argument(help: "The exemplar's number.") var id: Int64

    func run() throws { try project.open().pool.pin(id, !off) }
  }

  struct Mute: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keep an exemplar out of prompts.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Undo it.") var off = false
    @Argument(help: "The exemplar's number.") var id: Int64

    func run() throws { try project.open().pool.mute(id, !off) }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Remove an exemplar from the pool; its feedback stays.")

    @OptionGroup var project: ProjectOption
    @Flag(help: "Undo it.") var undo = false
    @Argument(help: "The exemplar's number.") var id: Int64

    func run() throws {
      let pool = try project.open().pool
      if undo { try pool.restore(id) } else { try pool.remove(id) }
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge", abstract: "Move all exemplars of a pool to another.")

    @OptionGroup var project: ProjectOption
    @Argument(help: "The pool to empty.") var pool: String
    @Argument(help: "The target pool.") var target: String

    func run() throws {
      guard pool != target else {
        throw ValidationError("A pool cannot be merged into itself: name two pools.")
      }
      let prompts = try project.open().pool
      try prompts.requirePool(pool)
      let count = try prompts.merge(pool: pool, into: target)
      Output.line("\(count) exemplars moved")
    }
  }

  struct Split: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "split", abstract: "Move the exemplars with a tag to another pool.")

    @OptionGroup var project: ProjectOption
    @Option(help: "The tag.") var tag: String
    @Argument(help: "The pool to split.") var pool: String
    @Argument(help: "The target pool.") var target: String

    func run() throws {
      let prompts = try project.open().pool
      try prompts.requirePool(pool)
      let count = try prompts.split(pool: pool, tag: tag, into: target)
      guard count > 0 else {
        throw CommandError("No exemplar of the pool \(pool) has the tag \(tag).")
      }
      Output.line("\(count) exemplars moved")
    }
  }

  struct Share: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "share",
      abstract: "Write a pool to the project's .pillow/pools, to share it through version control.")

    @OptionGroup var project: ProjectOption
    @Argument(help: "The pool's name.") var pool: String

    func run() throws {
      let project = try project.open()
      let folder = project.root.appending(path: ".pillow/pools")
      Output.line(try project.pool.share(pool: pool, to: folder).path)
    }
  }
}
