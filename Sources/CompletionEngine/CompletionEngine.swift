public import LanguageModel
public import PromptMatching

/// Anything that completes an instruction: the embedded language model, or a server.
///
/// Text in, text out: how a conversation is written for the model, and how many of its shots find
/// room, is the engine's own business; it reports which shots the model saw.
public protocol CompletionEngine: Sendable {
  /// What answers depend on. Loads the model if that is needed to know it.
  ///
  /// - Throws: ``ModelError``.
  func identity() async throws -> EngineIdentity

  /// Answers the last instruction of a conversation.
  ///
  /// - Parameter onText: gets the answer in pieces while it grows.
  /// - Throws: ``ModelError``, the engine's own errors, or `CancellationError` soon after its task
  ///   is cancelled.
  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion

  /// Answers the last instruction of a conversation several times.
  ///
  /// - Parameters:
  ///   - draws: how each answer is drawn, in place of what the options say.
  ///   - patience: how long the others may go on after the answer of the first draw is complete.
  ///     Those that are cut off end with `deadline`; nil waits for all.
  ///   - onText: gets the first answer in pieces while it grows.
  /// - Returns: the answers in the order of the draws.
  func complete(
    _ conversation: Conversation, draws: [SamplingOptions], options: CompletionOptions,
    patience: Duration?, onText: @escaping @Sendable (String) -> Void
  ) async throws -> [Completion]

  /// Reads the prompt of a completion that may follow, so that it starts sooner.
  func prefill(_ conversation: Conversation, options: CompletionOptions) async throws

  /// How likely each answer is after its conversation, in the order given.
  ///
  /// - Returns: nil from an engine that cannot score texts.
  func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]?

  /// How likely each conversation's own request is after its shots, in the order given: ConE, the
  /// signal by which the model itself tells which exemplars fit.
  ///
  /// - Returns: nil from an engine that cannot score prompts.
  func requestLikelihoods(of conversations: [Conversation]) async throws -> [Likelihood]?

  /// What answers ``likelihoods(of:)``: the engine itself, or another one for an engine that
  /// cannot score texts.
  var judge: any CompletionEngine { get }

  /// The prompt of a completion, for people who want to see it.
  ///
  /// - Returns: nil from an engine that keeps its prompts to itself.
  func promptText(for conversation: Conversation, options: CompletionOptions) async throws
    -> String?

  /// Starts to load what completions need, without waiting for it.
  func prepare()

  /// Whether completions tell how likely their tokens were.
  var measuresConfidence: Bool { get }
}

extension CompletionEngine {
  public func prefill(_ conversation: Conversation, options: CompletionOptions) async throws {}

  /// One after another, for engines that do nothing together.
  public func complete(
    _ conversation: Conversation, draws: [SamplingOptions], options: CompletionOptions,
    patience: Duration?, onText: @escaping @Sendable (String) -> Void
  ) async throws -> [Completion] {
    var completions: [Completion] = []
    for draw in draws {
      var options = options
      options.sampling = draw
      let isFirst = completions.isEmpty
      completions.append(
        try await complete(
          conversation, options: options, onText: { piece in if isFirst { onText(piece) } }))
    }
    return completions
  }

  public func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? { nil }

  public func requestLikelihoods(
    of conversations: [Conversation]
  ) async throws -> [Likelihood]? { nil }

  public var judge: any CompletionEngine { self }

  public func promptText(
    for conversation: Conversation, options: CompletionOptions
  ) async throws -> String? { nil }

  public func prepare() {}

  public var measuresConfidence: Bool { false }
}

/// An instruction, and the exemplars that show how such instructions are answered.
public struct Conversation: Sendable, Hashable {
  public var request: InstructionRequest
  /// In the order of the prompt: the best one last, next to the request.
  public var shots: [Demonstration]

  public init(_ request: InstructionRequest, shots: [Demonstration] = []) {
    self.request = request
    self.shots = shots
  }
}

/// A conversation with a given answer, whose likelihood is asked for.
public struct ConversationAnswer: Sendable, Hashable {
  public var conversation: Conversation
  public var answer: String

  public init(_ conversation: Conversation, answer: String) {
    self.conversation = conversation
    self.answer = answer
  }
}

/// Tells apart engines that may give different answers.
public struct EngineIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The model, by the content of its file or by its name on a server.
  public var model: String
  /// The adapter, by its content and scale; nil for the bare model.
  public var adapter: String?
  /// How conversations are written for the model.
  public var promptForm: String
  /// The address of the server that has the model, as the settings write it; nil for the embedded
  /// engine.
  public var server: String?

  public init(model: String, adapter: String? = nil, promptForm: String) {
    self.model = model
    self.adapter = adapter
    self.promptForm = promptForm
  }

  /// The model together with its adapter.
  public var weights: String { ([model] + (adapter.map { [$0] } ?? [])).joined(separator: "+") }

  public var description: String { "\(weights)/\(promptForm)" }
}
