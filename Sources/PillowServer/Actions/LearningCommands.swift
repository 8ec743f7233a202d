import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool

/// `workspace/executeCommand` for what was learned: the code actions run these.
struct LearningCommands {
  static let pause = "pillow-lsp.learning.pause"
  static let reset = "pillow-lsp.learning.reset"
  static let rollback = "pillow-lsp.learning.rollback"

  private let context: SessionContext
  private let dialog: ClientDialog

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
  }

  func register(in commands: inout CommandTable) {
    commands.on(Self.pause, context) { [self] arguments, _ in
      let pauses = arguments.flag(1, default: true)
      try await project(arguments).pauseLearning(pauses)
      dialog.say(pauses ? "Learning is paused." : "Learning goes on.")
    }
    commands.on(Self.reset, context) { [self] arguments, _ in
      try await project(arguments).resetLearning()
      dialog.say("Learning starts over. History and exemplars are still there.")
    }
    commands.on(Self.rollback, context) { [self] arguments, _ in
      let name = try arguments.text(1, "kind")
      guard let kind = LearnedKind(rawValue: name) else {
        throw ResponseError(.invalidParams, "there is no kind \(name): policy, gate or adapter")
      }
      guard let now = try await project(arguments).rollBackLearning(kind) else {
        throw ResponseError(
          .requestFailed, "No step of the \(name) is left to take back.")
      }
      dialog.say("Now \(now) serves again.")
    }
  }

  private func project(_ arguments: CommandArguments) async throws -> Project {
    try await context.project(of: try arguments.text(0, "document or folder"))
  }
}
