public import CompletionEngine
import LanguageModel
import OutputForms
public import PromptMatching
import PromptPool
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
  ///   - options: by default what the settings say; the form is that of the match.
  ///   - onText: gets the answer in pieces while it grows.
  /// - Returns: the answer; its `shots` are positions in the match's list.
  /// - Throws: `ModelError`, the engine's own errors, `CancellationError`.
  public func complete(
    _ request: InstructionRequest, match: MatchResult, options: CompletionOptions? = nil,
    onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Completion {
    var options = options ?? completionOptions
    if options.form == nil { options.form = match.form }
    if let form = options.form, let text = form.determined,
      text.hasPrefix(request.context?.opening ?? "")
    {
      return try await written(text, form, request, match, onText)
    }
    let settled = options
    var completion = try await spelled(request, onText) { onText in
      [try await engine.complete(match.conversation(request), options: settled, onText: onText)]
    }[0]
    completion.shots = Self.places(completion.shots, in: match)
    return completion
  }

  /// An answer that its form leaves nothing to choose in. The exemplars of the form are what it was
  /// made from, and the model is not asked.
  private func written(
    _ text: String, _ form: RequestedForm, _ request: InstructionRequest, _ match: MatchResult,
    _ onText: (String) -> Void
  ) async throws -> Completion {
    let identity = try await engine.identity()
    try Task.checkCancellation()
    onText(text)
    var completion = Completion(
      text: text, identity: identity,
      shots: match.shots.indices.filter {
        form.form.slots(of: match.shots[$0].exemplar.output) != nil
      })
    completion.form = form.form
    return completion
  }

  /// Lets the engine read the prompt of ``complete(_:match:options:onText:)``, which then starts
  /// sooner. What was read before a cancellation counts too.
  public func prefill(_ request: InstructionRequest, match: MatchResult) async throws {
    guard match.form?.determined == nil else { return }
    try await engine.prefill(match.conversation(request), options: completionOptions)
  }

  /// The prompt has the best shot last, the match has it first.
  static func places(_ shots: [Int], in match: MatchResult) -> [Int] {
    shots.map { match.shots.count - 1 - $0 }.sorted()
  }
}
