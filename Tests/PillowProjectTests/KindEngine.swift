import CompletionEngine
import PromptMatching

/// A model that an exemplar of the same kind helps, and no other.
struct KindEngine: CompletionEngine {
  func identity() async throws -> EngineIdentity {
    EngineIdentity(model: "kinds", promptForm: "none")
  }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    Completion(text: "", identity: try await identity(), shots: [])
  }

  func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    answers.map { answer in
      let kind = answer.answer.prefix { $0 != " " }
      let helps = answer.conversation.shots.contains { $0.output.hasPrefix(kind) }
      return Likelihood(nll: helps ? 2 : 6, tokens: 2)
    }
  }
}
