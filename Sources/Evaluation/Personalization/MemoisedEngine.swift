public import CompletionEngine
public import PromptMatching
import Synchronization

/// An engine that answers each conversation once: arms that choose the same exemplars share the work.
/// Greedy answers only.
public final class MemoisedEngine: CompletionEngine {
  private let engine: any CompletionEngine
  private let state = Mutex(State())

  private struct State {
    var completions: [Key: Completion] = [:]
    var likelihoods: [ConversationAnswer: Likelihood] = [:]
    var counts = Counts()
  }

  private struct Key: Hashable {
    var conversation: Conversation
    var tokens: Int
  }

  /// Answers and scores that were computed, and those that were remembered.
  public struct Counts: Sendable, Codable {
    public var computed = 0
    public var remembered = 0
  }

  public init(_ engine: any CompletionEngine) { self.engine = engine }

  public var counts: Counts { state.withLock { $0.counts } }

  public func identity() async throws -> EngineIdentity { try await engine.identity() }

  public func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    let key = Key(conversation: conversation, tokens: options.maximumTokens)
    let known = state.withLock { state in
      let known = state.completions[key]
      if known != nil { state.counts.remembered += 1 } else { state.counts.computed += 1 }
      return known
    }
    if let known { return known }
    let completion = try await engine.complete(conversation, options: options, onText: onText)
    state.withLock { $0.completions[key] = completion }
    return completion
  }

  public func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    let missing = state.withLock { state in
      let missing = answers.filter { state.likelihoods[$0] == nil }
      state.counts.computed += missing.count
      state.counts.remembered += answers.count - missing.count
      return missing
    }
    if !missing.isEmpty {
      guard let found = try await engine.likelihoods(of: missing) else { return nil }
      state.withLock { state in
        for (asked, likelihood) in zip(missing, found) { state.likelihoods[asked] = likelihood }
      }
    }
    return state.withLock { state in answers.compactMap { state.likelihoods[$0] } }
  }

  public var measuresConfidence: Bool { engine.measuresConfidence }
}
