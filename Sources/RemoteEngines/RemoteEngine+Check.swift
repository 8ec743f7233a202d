public import CompletionEngine
import Foundation
import PromptMatching

/// What a server answered when it was tried.
public struct RemoteCheck: Sendable, Equatable {
  public var description: ServerDescription
  /// The model that was asked; nil where the server has only one without a name.
  public var model: String?
  /// Until the answer was there.
  public var seconds: Double
  public var tellsProbabilities: Bool
  /// What works but not as it was meant; one sentence each.
  public var notes: [String]
}

extension RemoteEngine {
  /// Asks the server for a few tokens of nobody's text.
  ///
  /// - Throws: ``RemoteError``, `CancellationError`.
  public func check() async throws -> RemoteCheck {
    let connection = try connected()
    let description = try await describe(connection)
    let start = ContinuousClock.now
    let completion = try await complete(
      Conversation(InstructionRequest(instruction: "Name a colour.")),
      options: CompletionOptions(maximumTokens: 4), onText: { _ in })
    let tells = !completion.logProbabilities.isEmpty
    var notes: [String] = []
    if !choice.model.isEmpty, !description.models.isEmpty,
      !description.models.contains(choice.model)
    {
      notes.append(
        "The server's list of models has no \(choice.model), but "
          + description.models.prefix(8).joined(separator: ", ") + ".")
    }
    if !tells {
      notes.append("It tells no log probabilities, so the gate judges answers without them.")
    }
    if !choice.adapter.isEmpty, description.adapters[choice.adapter] == nil {
      notes.append("It has no adapter \(choice.adapter); the setting counts for the judge alone.")
    }
    return RemoteCheck(
      description: description, model: try modelName(description),
      seconds: (ContinuousClock.now - start) / .seconds(1), tellsProbabilities: tells,
      notes: notes)
  }

  /// The prompt as the server gets it, for people who want to see it.
  public func promptText(
    for conversation: Conversation, options: CompletionOptions
  ) async throws -> String? {
    let connection = try connected()
    let description = try await describe(connection)
    switch turn(conversation, connection, description, options).prompt {
    case .text(let text, _): return text
    case .messages(let messages):
      return messages.map { "[\($0.role)]\n\($0.content)" }.joined(separator: "\n")
    }
  }
}
