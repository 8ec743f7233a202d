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
    on(Self.pause, in: &commands) { [self] arguments in
      let pauses = arguments.flag(1, default: true)
      try await project(arguments).pauseLearning(pauses)
      dialog.say(pauses ? "Learning is paused." : "Learning goes on.")
    }
    on(Self.reset, in: &commands) { [self] arguments in
      try await project(arguments).resetLearning()
      dialog.say("Learning starts over. History and exemplars are still there.")
    }
    on(Self.rollback, in: &commands) { [self] arguments in
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

  private func on(
    _ name: String, in commands: inout CommandTable,
    _ work: @escaping @Sendable (CommandArguments) async throws -> Void
  ) {
    commands.on(name) { [context] arguments, request in
      context.open.answer(request) {
        try await work(CommandArguments(command: name, values: arguments))
        return ExecuteCommandRequest.Result.none
      }
    }
  }
}
