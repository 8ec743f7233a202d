public import LanguageModel
import Tokenizers

/// What a project's model wrote for a request.
public struct CompletionResult: Sendable {
  public let text: String
  /// Tells the model and its adapter apart from others.
  public let model: String
  /// How many of the match's shots were in the prompt.
  public let shots: Int
  public let generation: Generation
}

extension Project {
  /// Completes a request with the exemplars of a match, best last in the prompt.
  ///
  /// - Parameters:
  ///   - options: how long the answer gets and how it is drawn; by default greedy.
  ///   - onText: gets the answer in pieces while it grows.
  /// - Throws: ``InstructionCompletionError``, `LanguageModelError`, `CancellationError`.
  public func complete(
    _ request: InstructionRequest, match: MatchResult,
    options: GenerationOptions = GenerationOptions(),
    onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> CompletionResult {
    let answering = try await models.answeringModel()
    let prompt = answering.prompt(for: request, match, options)
    var options = options
    options.stops += answering.template.stopTexts
    options.stopsAtLoops = true
    options.adapter = answering.adapter
    let generation = try await answering.model.generate(
      prompt.tokens, options: options, onText: onText)
    return CompletionResult(
      text: generation.text, model: answering.weightsIdentity, shots: prompt.shots,
      generation: generation)
  }

  /// Lets the model read the prompt of ``complete(_:match:options:onText:)``, which then begins
  /// sooner: keys and values stay in the prefix cache. What was read before a cancellation counts,
  /// too.
  ///
  /// - Throws: as that one.
  public func read(_ request: InstructionRequest, match: MatchResult, options: GenerationOptions)
    async throws
  {
    let answering = try await models.answeringModel()
    let prompt = answering.prompt(for: request, match, options)
    var options = options
    options.maximumTokens = 0
    options.adapter = answering.adapter
    _ = try await answering.model.generate(prompt.tokens, options: options)
  }

  /// What completions call the model that makes them; loads it.
  public func modelIdentity() async throws -> String {
    try await models.answeringModel().weightsIdentity
  }

  /// Begins to load the language model, without waiting for it.
  public func prepareModel() {
    Task { [models] in _ = try? await models.answeringModel() }
  }
}

extension AnsweringModel {
  /// What is read ahead and what is completed have to be the same to the token.
  fileprivate func prompt(
    for request: InstructionRequest, _ match: MatchResult, _ options: GenerationOptions
  ) -> (tokens: [TokenID], shots: Int) {
    prompt(
      for: request, shots: match.shots.map(\.exemplar), answerTokens: options.maximumTokens)
  }
}
