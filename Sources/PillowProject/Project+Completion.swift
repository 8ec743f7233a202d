public import CompletionEngine
import LanguageModel
public import PromptMatching
import Settings

extension Project {
  /// How long answers get and how they are drawn, as the settings say.
  public var completionOptions: CompletionOptions {
    CompletionOptions(
      maximumTokens: settings.maxTokensOrDefault,
      sampling: .init(temperature: Float(settings.temperatureOrDefault)))
  }

  /// Completes a request with the exemplars of a match.
  ///
  /// - Parameters:
  ///   - options: by default what the settings say.
  ///   - onText: gets the answer in pieces while it grows.
  /// - Returns: the answer; its `shots` are positions in the match's list.
  /// - Throws: `ModelError`, the engine's own errors, `CancellationError`.
  public func complete(
    _ request: InstructionRequest, match: MatchResult, options: CompletionOptions? = nil,
    onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Completion {
    var completion = try await engine.complete(
      match.conversation(request), options: options ?? completionOptions, onText: onText)
    completion.shots = Self.places(completion.shots, in: match)
    return completion
  }

  /// Lets the engine read the prompt of ``complete(_:match:options:onText:)``, which then starts
  /// sooner. What was read before a cancellation counts too.
  public func prefill(_ request: InstructionRequest, match: MatchResult) async throws {
    try await engine.prefill(match.conversation(request), options: completionOptions)
  }

  /// The prompt has the best shot last, the match has it first.
  static func places(_ shots: [Int], in match: MatchResult) -> [Int] {
    shots.map { match.shots.count - 1 - $0 }.sorted()
  }
}
