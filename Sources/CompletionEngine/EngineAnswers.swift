public import PromptMatching

/// An engine as rewards and evaluations ask it, with the prompts that serve users.
public struct EngineAnswers: AnswerModel {
  public let identity: String
  private let engine: any CompletionEngine

  /// Room for an answer when answers are compared; reference answers of instruction data are rarely
  /// longer.
  private static let answerTokens = 64

  /// - Throws: ``ModelError`` when the engine cannot load its model.
  public init(_ engine: any CompletionEngine) async throws {
    self.engine = engine
    let answering = try await engine.identity().description
    let judging = try await engine.judge.identity().description
    identity = answering == judging ? answering : "\(answering)|\(judging)"
  }

  /// - Throws: ``ModelError/cannotScore(engine:)`` for an engine that knows no likelihoods.
  public func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood] {
    let answers = asked.map { asked in
      ConversationAnswer(
        Conversation(asked.query.request, shots: asked.shots), answer: asked.query.output)
    }
    guard let found = try await engine.judge.likelihoods(of: answers) else {
      throw ModelError.cannotScore(engine: identity)
    }
    return found
  }

  public func instructionLikelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]? {
    try await engine.judge.requestLikelihoods(
      of: asked.map { Conversation($0.query.request, shots: $0.shots) })
  }

  public func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String {
    try await engine.complete(
      Conversation(query.request, shots: shots),
      options: CompletionOptions(maximumTokens: Self.answerTokens), onText: { _ in }
    ).text
  }
}
