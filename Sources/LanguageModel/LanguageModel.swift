public import Foundation
import CKernels
import Kernels
public import ModelFormats
public import Tokenizers

/// How a model is run.
public struct LanguageModelOptions: Sendable, Hashable {
  /// The most tokens of prompt and answer together.
  public var context: Int
  /// The number of threads; by default one per physical core.
  public var threads: Int?
  /// The most memory, in bytes, for the keys and values of earlier prompts. A prompt that begins
  /// like one of them reuses its computation.
  public var prefixCacheBytes: Int
  /// Memory for the keys and values of exemplars that are read apart from each other, at most; taken
  /// as they are kept.
  public var blockCacheBytes: Int
  /// A folder in which they outlive the process, with at most ``blockFolderBytes``; nil for none.
  public var blockFolder: URL?
  public var blockFolderBytes = 1 << 30
  /// For work that nobody waits for: threads get a low priority, so that editors and their
  /// completions go first.
  public var isBackground: Bool

  public init(
    context: Int = 2048, threads: Int? = nil, prefixCacheBytes: Int = 64 << 20,
    blockCacheBytes: Int = 128 << 20,
    isBackground: Bool = false
  ) {
    self.context = context
    self.threads = threads
    self.prefixCacheBytes = prefixCacheBytes
    self.blockCacheBytes = blockCacheBytes
    self.isBackground = isBackground
  }
}

/// A decoder-only language model from a GGUF file, run on the CPU.
///
/// It works on its own thread, one request after another. A request ends soon after its task is
/// cancelled. A prompt that begins like an earlier one continues from the cache.
public final class LanguageModel: Sendable {
  public let tokenizer: Tokenizer
  /// The model's name and a hash of its file's content, which identify it in stored data. Computed
  /// on first use.
  public var identity: String { knownIdentity.value }
  /// The most tokens of prompt and answer together.
  public let context: Int
  /// The number of threads that work on a token.
  public let threads: Int
  /// The kernels in use: the best for this processor, or those that `PILLOW_KERNELS` names.
  public static var kernels: String { String(cString: pk_kernels_name()) }
  /// The size of the weights in memory, in bytes.
  public let weightBytes: Int
  /// The file, for its metadata.
  public let file: GGUFFile
  private let configuration: ModelConfiguration
  private let knownIdentity: KnownIdentity
  private let session: InferenceSession
  private let blockFolder: BlockFolder?
  private let thread: InferenceThread

  /// Reads and repacks the weights on the calling thread; this takes a moment.
  ///
  /// - Throws: `ModelFormatError`, `TokenizerError`, ``LanguageModelError``.
  public init(contentsOf url: URL, options: LanguageModelOptions = LanguageModelOptions()) throws {
    let file = try GGUFFile(contentsOf: url)
    let nice = options.isBackground ? SerialThread.backgroundNice : 0
    let team = ThreadTeam(threads: options.threads, nice: nice)
    var made: Result<Tokenizer, any Error>?
    let weights = try ModelWeights(file, team: team) {
      made = Result { try Tokenizer(gguf: file) }
    }
    let tokenizer = try made?.get() ?? Tokenizer(gguf: file)
    guard tokenizer.vocabularySize <= weights.configuration.vocabulary else {
      throw LanguageModelError.damaged(
        path: file.file.path,
        reason: "it has \(tokenizer.vocabularySize) tokens and embeddings of "
          + "\(weights.configuration.vocabulary)")
    }
    let context = max(64, min(options.context, weights.configuration.trainedContext))
    self.file = file
    configuration = weights.configuration
    self.tokenizer = tokenizer
    self.context = context
    threads = team.threadCount
    thread = InferenceThread(name: "pillow-model", nice: nice)
    weightBytes = weights.byteCount
    let identity = KnownIdentity(file)
    knownIdentity = identity
    let folder = options.blockFolder.map {
      BlockCache.Folder(
        files: BlockFolder($0, budget: options.blockFolderBytes), identity: identity)
    }
    blockFolder = folder?.files
    session = InferenceSession(
      decoder: Decoder(weights: weights, context: context, team: team), tokenizer: tokenizer,
      prefixBytes: options.prefixCacheBytes, blockBytes: options.blockCacheBytes,
      blockFolder: folder)
  }

  /// Reads a LoRA adapter for this model: a PEFT folder, or a GGUF file of llama.cpp.
  ///
  /// - Throws: ``LanguageModelError/adapterUnusable(path:reason:)``, `ModelFormatError`.
  public func adapter(contentsOf url: URL) throws -> LowRankAdapter {
    try LowRankAdapter(contentsOf: url, for: session.decoder.weights)
  }

  /// Answers a prompt, token by token.
  ///
  /// - Parameters:
  ///   - constraint: what the answer has to be like; nil for any answer.
  ///   - onText: receives the answer in pieces, on the model's thread.
  ///   - isComplete: sees the answer so far after each piece, and stops the generation by saying
  ///     yes; on the model's thread.
  /// - Throws: ``LanguageModelError``, `CancellationError`.
  public func generate(
    _ prompt: BlockPrompt, options: GenerationOptions = GenerationOptions(),
    constraint: (any TokenConstraint)? = nil,
    onText: @escaping @Sendable (String) -> Void = { _ in },
    isComplete: @escaping @Sendable (String) -> Bool = { _ in false }
  ) async throws -> Generation {
    try await thread.run { [session] cancellation in
      try session.generate(
        prompt, options, cancellation, constraint: constraint, isComplete: isComplete,
        onText: onText)
    }
  }

  /// Answers a prompt several times at once.
  ///
  /// Each answer is the one that `generate` gives with the same draw, but a step of all of them
  /// reads the weights once. An answer that is complete takes no more time.
  ///
  /// - Parameters:
  ///   - draws: how each answer is drawn, in place of what the options say. Up to 16 advance
  ///     together; more of them do so in turn.
  ///   - constraint: what each answer has to be like; nil for any answers.
  ///   - patience: how long the others may go on after the answer of the first draw is complete.
  ///     Those that are cut off end with `deadline`.
  ///   - onText: receives the answers in pieces, each with its number, on the model's thread.
  ///   - isComplete: sees an answer so far after each piece, and ends it by saying yes; on the
  ///     model's thread.
  /// - Throws: ``LanguageModelError``, `CancellationError`.
  public func generate(
    _ prompt: BlockPrompt, draws: [SamplingOptions],
    options: GenerationOptions = GenerationOptions(),
    patience: Duration? = nil, constraint: (any TokenConstraint)? = nil,
    onText: @escaping @Sendable (Int, String) -> Void = { _, _ in },
    isComplete: @escaping @Sendable (Int, String) -> Bool = { _, _ in false }
  ) async throws -> GenerationBatch {
    try await thread.run { [session] cancellation in
      var batch = GenerationBatch(generations: [], computedTokens: 0, seconds: 0)
      for first in stride(from: 0, to: draws.count, by: InferenceSession.mostTogether) {
        let some = Array(draws[first...].prefix(InferenceSession.mostTogether))
        let next = try session.generate(
          prompt, some, options, patience: patience, cancellation, constraint: constraint,
          isComplete: { isComplete(first + $0, $1) }, onText: { onText(first + $0, $1) })
        batch.generations += next.generations
        batch.computedTokens += next.computedTokens
        batch.seconds += next.seconds
      }
      return batch
    }
  }

  /// Answers an ordinary prompt.
  public func generate(
    _ prompt: [TokenID], options: GenerationOptions = GenerationOptions(),
    constraint: (any TokenConstraint)? = nil,
    onText: @escaping @Sendable (String) -> Void = { _ in },
    isComplete: @escaping @Sendable (String) -> Bool = { _ in false }
  ) async throws -> Generation {
    try await generate(
      BlockPrompt(prompt), options: options, constraint: constraint, onText: onText,
      isComplete: isComplete)
  }

  /// Answers an ordinary prompt several times at once.
  public func generate(
    _ prompt: [TokenID], draws: [SamplingOptions], options: GenerationOptions = GenerationOptions(),
    patience: Duration? = nil, constraint: (any TokenConstraint)? = nil,
    onText: @escaping @Sendable (Int, String) -> Void = { _, _ in },
    isComplete: @escaping @Sendable (Int, String) -> Bool = { _, _ in false }
  ) async throws -> GenerationBatch {
    try await generate(
      BlockPrompt(prompt), draws: draws, options: options, patience: patience,
      constraint: constraint, onText: onText, isComplete: isComplete)
  }

  /// How likely the model finds a completion of a prompt.
  ///
  /// - Throws: ``LanguageModelError``, `CancellationError`.
  public func score(
    prompt: [TokenID], completion: [TokenID], adapter: AdapterUse? = nil
  ) async throws -> Score {
    let item = ScoringItem(prompt: prompt, completion: completion)
    return try await scores(of: [item], adapter: adapter)[0]
  }

  /// How likely the model finds each of many completions, in their order.
  ///
  /// This is much faster than scoring them one by one: a common beginning is computed once, and the
  /// remainders of short items go through the layers together. The model does nothing else
  /// meanwhile, so pass a few hundred at a time.
  ///
  /// - Throws: ``LanguageModelError`` for the first item that cannot be scored,
  ///   `CancellationError`.
  public func scores(of items: [ScoringItem], adapter: AdapterUse? = nil) async throws -> [Score] {
    try await thread.run { [session] cancellation in
      try session.scores(items, adapter, cancellation)
    }
  }

  /// How likely the model finds completions of prompts whose exemplars are read apart from each
  /// other, in their order.
  ///
  /// An exemplar is read once, and then costs a copy of its keys and values, in whatever list and at
  /// whatever place it stands: see ``BlockPrompt``.
  /// - Throws: ``LanguageModelError`` for the first item that cannot be scored,
  ///   `CancellationError`.
  public func scores(
    ofBlocks items: [BlockScoringItem], adapter: AdapterUse? = nil
  ) async throws -> [Score] {
    try await thread.run { [session] cancellation in
      try session.scores(ofBlocks: items, adapter, cancellation)
    }
  }

  /// Waits until the exemplars that go to ``LanguageModelOptions/blockFolder`` are there.
  package func finishWriting() { blockFolder?.finish() }

  /// The logits after each token, [token][vocabulary].
  ///
  /// - Parameter batch: how many tokens go through the layers together, at most the engine's batch
  ///   size.
  package func logits(
    of tokens: [TokenID], adapter: AdapterUse? = nil, batch: Int = .max
  ) async throws -> [[Float]] {
    try await thread.run { [session] cancellation in
      try session.logits(of: tokens, adapter, batch: batch, cancellation)
    }
  }
}
