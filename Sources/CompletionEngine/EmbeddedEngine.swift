public import Foundation
public import LanguageModel
import OutputForms
public import PromptMatching
import Synchronization
import Tokenizers

/// A LoRA adapter's file, and how strongly it counts.
public struct AdapterFile: Sendable, Hashable {
  /// A PEFT folder, or a GGUF file.
  public var url: URL
  /// 1 is what it was trained for.
  public var scale: Float
  /// The identity of the only model that it is for; nil for one that is used wherever it fits.
  public var base: String?

  public init(_ url: URL, scale: Float = 1, base: String? = nil) {
    self.url = url
    self.scale = scale
    self.base = base
  }
}

/// The embedded language model as an engine: loaded when it is first needed, off the cooperative
/// thread pool, and released when it has been idle for long enough.
public final class EmbeddedEngine: CompletionEngine {
  private let loading: ModelLoading
  private let adapters: @Sendable () -> [AdapterFile]
  private let readsApart: Bool
  /// What is read ahead and then completed has the same prompt; it is tokenised once.
  private let prompts = Mutex<[Prompt]>([])

  private struct Prompt {
    var conversation: Conversation
    var answerTokens: Int
    var identity: EngineIdentity
    var tokens: BlockPrompt
    var shots: Range<Int>
    var opening: String
  }

  /// - Parameters:
  ///   - file: the model, a GGUF file.
  ///   - chatTemplate: the name of a chat template to use instead of the file's own.
  ///   - adapter: what tunes the model.
  ///   - unloadsAfter: how long the model may be idle before it is released; nil keeps it.
  public convenience init(
    file: URL, chatTemplate: String? = nil, adapter: AdapterFile? = nil,
    options: LanguageModelOptions = LanguageModelOptions(), unloadsAfter: Duration? = nil
  ) {
    self.init(
      ModelLoading(
        chatTemplate: chatTemplate, options: options, unloadsAfter: unloadsAfter,
        files: { ModelFiles(model: file) }),
      adapters: { adapter.map { [$0] } ?? [] })
  }

  /// The same model with another adapter or none; the weights are there once.
  public convenience init(sharing other: EmbeddedEngine, adapter: AdapterFile?) {
    self.init(
      other.loading, readsApart: other.readsApart, adapters: { adapter.map { [$0] } ?? [] })
  }

  /// - Parameters:
  ///   - readsApart: whether exemplars are read apart from each other.
  ///   - adapters: asked before each use; the first one that is for the model tunes it.
  package init(
    _ loading: ModelLoading, readsApart: Bool = false,
    adapters: @escaping @Sendable () -> [AdapterFile]
  ) {
    self.loading = loading
    self.readsApart = readsApart
    self.adapters = adapters
  }

  /// The language model with its chat template and adapter; the first call loads them.
  ///
  /// - Throws: ``ModelError``.
  public func answeringModel() async throws -> AnsweringModel {
    let loaded = try await loading.value()
    var answering = loaded.answering
    answering.readsApart = readsApart
    let identity = answering.model.identity
    let chosen = adapters().first { $0.base == nil || $0.base == identity }
    if let adapter = chosen ?? loaded.ownAdapter.map({ AdapterFile($0) }) {
      answering.adapter = AdapterUse(try await loaded.adapter(adapter.url), scale: adapter.scale)
    }
    return answering
  }

  /// Releases the model when it has been idle for long enough.
  ///
  /// - Returns: how long it may stay idle from now on; nil when it was released.
  package func releaseIdle(now: ContinuousClock.Instant) -> Duration? {
    loading.releaseIdle(now: now)
  }

  // MARK: CompletionEngine

  public func identity() async throws -> EngineIdentity { try await answeringModel().identity }

  public func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    let answering = try await answeringModel()
    let prompt = prompt(conversation, options, answering)
    let opening = prompt.opening
    if !opening.isEmpty { onText(opening) }
    let isComplete = options.isComplete
    let constraint = options.form.flatMap { FormConstraint($0, opening: opening) }
    let generation = try await answering.model.generate(
      prompt.tokens, options: generationOptions(options, answering), constraint: constraint,
      onText: onText,
      isComplete: { text in isComplete?(opening + text) ?? false })
    var made = completion(generation, prompt, options.sampling)
    made.form = constraint == nil ? nil : options.form?.form
    return made
  }

  public func complete(
    _ conversation: Conversation, draws: [SamplingOptions], options: CompletionOptions,
    patience: Duration?, onText: @escaping @Sendable (String) -> Void
  ) async throws -> [Completion] {
    if draws.count == 1 {
      // Alone it may guess ahead.
      var options = options
      options.sampling = draws[0]
      return [try await complete(conversation, options: options, onText: onText)]
    }
    let answering = try await answeringModel()
    let prompt = prompt(conversation, options, answering)
    let opening = prompt.opening
    if !opening.isEmpty { onText(opening) }
    let isComplete = options.isComplete
    let batch = try await answering.model.generate(
      prompt.tokens, draws: draws, options: generationOptions(options, answering),
      patience: patience, onText: { index, piece in if index == 0 { onText(piece) } },
      isComplete: { _, text in isComplete?(opening + text) ?? false })
    return zip(batch.generations, draws).map { completion($0, prompt, $1) }
  }

  private func completion(
    _ generation: Generation, _ prompt: Prompt, _ sampling: SamplingOptions
  ) -> Completion {
    var completion = Completion(
      text: prompt.opening + generation.text, identity: prompt.identity,
      shots: Array(prompt.shots), ending: generation.ending, timings: generation.timings)
    completion.logProbabilities = generation.logProbabilities
    completion.firstEntropy = generation.firstEntropy
    completion.isReluctant = generation.isReluctant
    completion.isLikeliest = sampling.temperature == 0
    return completion
  }

  public var measuresConfidence: Bool { true }

  /// Keys and values stay in the prefix cache, also those that were computed before a cancellation.
  public func prefill(_ conversation: Conversation, options: CompletionOptions) async throws {
    let answering = try await answeringModel()
    let prompt = prompt(conversation, options, answering)
    var options = generationOptions(options, answering)
    options.maximumTokens = 0
    _ = try await answering.model.generate(prompt.tokens, options: options)
  }

  public func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    let answering = try await answeringModel()
    let items = answers.map { asked in
      let answer = answering.completion(asked.answer)
      return BlockScoringItem(
        prompt: answering.readPrompt(for: asked.conversation, answerTokens: answer.count).prompt,
        completion: answer)
    }
    return try await scores(of: items, answering).map {
      Likelihood(nll: $0.nll, tokens: $0.tokens)
    }
  }

  /// Ordinary prompts share what they begin with, others what they have read apart.
  private func scores(
    of items: [BlockScoringItem], _ answering: AnsweringModel
  ) async throws -> [Score] {
    if items.contains(where: { !$0.prompt.blocks.isEmpty }) {
      return try await answering.model.scores(ofBlocks: items, adapter: answering.adapter)
    }
    return try await answering.model.scores(
      of: items.map { ScoringItem(prompt: $0.prompt.tokens, completion: $0.completion) },
      adapter: answering.adapter)
  }

  public func promptText(
    for conversation: Conversation, options: CompletionOptions
  ) async throws -> String? {
    try await answeringModel().text(for: conversation, answerTokens: options.maximumTokens)
  }

  public func requestLikelihoods(of conversations: [Conversation]) async throws -> [Likelihood]? {
    let answering = try await answeringModel()
    let items = conversations.map { conversation in
      let (tokens, request) = answering.requestTokens(of: conversation)
      return ScoringItem(
        prompt: Array(tokens[..<request.lowerBound]), completion: Array(tokens[request]))
    }
    return try await answering.model.scores(of: items, adapter: answering.adapter).map {
      Likelihood(nll: $0.nll, tokens: $0.tokens)
    }
  }

  public func prepare() { Task { _ = try? await answeringModel() } }

  private func generationOptions(
    _ options: CompletionOptions, _ answering: AnsweringModel
  ) -> GenerationOptions {
    var result = GenerationOptions(
      maximumTokens: options.maximumTokens, sampling: options.sampling,
      stops: answering.template.stopTexts, adapter: answering.adapter)
    result.stopsAtLoops = true
    result.startsWithText = true
    result.measuresConfidence = true
    result.usesLookup = options.usesLookup
    result.deadline = options.deadline
    return result
  }

  private func prompt(
    _ conversation: Conversation, _ options: CompletionOptions, _ answering: AnsweringModel
  ) -> Prompt {
    let (identity, room) = (answering.identity, options.maximumTokens)
    let known = prompts.withLock { prompts in
      prompts.first {
        $0.identity == identity && $0.answerTokens == room && $0.conversation == conversation
      }
    }
    if let known { return known }
    let (tokens, shots) = answering.readPrompt(for: conversation, answerTokens: room)
    let prompt = Prompt(
      conversation: conversation, answerTokens: room, identity: identity, tokens: tokens,
      shots: shots, opening: conversation.request.context?.opening ?? "")
    prompts.withLock { prompts in
      prompts.append(prompt)
      if prompts.count > 4 { prompts.removeFirst() }
    }
    return prompt
  }
}
