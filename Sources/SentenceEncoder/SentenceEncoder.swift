public import Foundation
import Kernels
import Synchronization
import Tokenizers

/// Turns texts into unit vectors whose dot products measure how similar the texts are.
///
/// A BERT encoder with mean pooling over all tokens, as sentence-transformers runs
/// all-MiniLM-L6-v2. Texts are cut to 256 tokens. It computes on its own threads, one call after
/// another for each priority. Source: Reimers and Gurevych, "Sentence-BERT", 2019; Devlin et al.,
/// "BERT", 2018.
public final class SentenceEncoder: Sendable {
  /// Number of components of a vector.
  public let dimensions: Int

  /// Stable for the same weights and the same computation; changes when vectors do.
  public let identity: String

  /// Texts are cut to this many tokens.
  public static let maximumTokens = 256

  /// The most tokens of one pass; more texts take several passes.
  private static let tokensPerPass = 512

  private let tokenizer: WordPiece
  private let interactive: EncoderRunner
  /// Created on first use.
  private let background = Mutex<EncoderRunner?>(nil)
  private let makeBackground: @Sendable () -> EncoderRunner
  private let maximumTokens: Int

  /// - Parameters:
  ///   - folder: Holds `config.json`, `tokenizer.json` and `model.safetensors`.
  ///   - threads: By default one per physical core.
  /// - Throws: ``SentenceEncoderError``.
  public init(folder: URL, threads: Int? = nil) throws(SentenceEncoderError) {
    let configuration = try EncoderConfiguration(
      contentsOf: folder.appending(path: "config.json"))
    let file = try WeightsFile(folder.appending(path: "model.safetensors"))
    tokenizer = try Self.tokenizer(
      folder.appending(path: "tokenizer.json"), vocabularySize: configuration.vocabularySize)
    let weights = try EncoderWeights(file, configuration)
    dimensions = configuration.hiddenSize
    maximumTokens = min(Self.maximumTokens, configuration.positions)
    identity = "bert-mean-\(dimensions)-\(maximumTokens)-\(file.digest)"
    interactive = EncoderRunner(configuration, weights, threads: threads, .interactive)
    makeBackground = { EncoderRunner(configuration, weights, threads: threads, .background) }
  }

  private static func tokenizer(
    _ url: URL, vocabularySize: Int
  ) throws(SentenceEncoderError) -> WordPiece {
    let json = try readFile(url)
    let path = url.path(percentEncoded: false)
    do throws(WordPieceError) {
      return try WordPiece(json: json, vocabularySize: vocabularySize)
    } catch {
      switch error {
      case .damaged(let reason): throw .damaged(path: path, reason: reason)
      case .unsupported(let reason): throw .unsupported(path: path, reason: reason)
      }
    }
  }

  /// The vector of one text; an empty one has a vector too.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  public func embed(_ text: String) async throws -> [Float] {
    try await embed([text]).first ?? []
  }

  /// One vector per text, in the order of the texts.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  public func embed(
    _ texts: [String], priority: EncodingPriority = .interactive
  ) async throws -> [[Float]] {
    try await run(texts, priority) { pass, batch, isCancelled in
      pass.vectors(batch, isCancelled: isCancelled)
    }
  }

  /// The vectors of a text's tokens, in context: one row per token, of length 1, without the marks
  /// at the text's beginning and end. Token-level similarities such as BERTScore are made of them.
  ///
  /// - Returns: for each text its rows, [tokens × ``dimensions``] row-major.
  /// - Throws: `CancellationError` if the task is cancelled.
  public func tokenVectors(
    _ texts: [String], priority: EncodingPriority = .interactive
  ) async throws -> [[Float]] {
    try await run(texts, priority) { pass, batch, isCancelled in
      pass.tokenVectors(batch, isCancelled: isCancelled)
    }
  }

  private typealias Pass =
    @Sendable (EncoderPass, _ batch: [[Int32]], _ isCancelled: () -> Bool) -> [[Float]]?

  private func run(
    _ texts: [String], _ priority: EncodingPriority, _ body: @escaping Pass
  ) async throws -> [[Float]] {
    try Task.checkCancellation()
    let cancelled = Flag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        runner(priority).run { pass in
          if let vectors = self.inBatches(texts, cancelled, { body(pass, $0, $1) }) {
            continuation.resume(returning: vectors)
          } else {
            continuation.resume(throwing: CancellationError())
          }
        }
      }
    } onCancel: {
      cancelled.set()
    }
  }

  private func runner(_ priority: EncodingPriority) -> EncoderRunner {
    guard priority == .background else { return interactive }
    return background.withLock { runner in
      let made = runner ?? makeBackground()
      runner = made
      return made
    }
  }

  private func inBatches(
    _ texts: [String], _ cancelled: Flag,
    _ body: (_ batch: [[Int32]], _ isCancelled: () -> Bool) -> [[Float]]?
  ) -> [[Float]]? {
    var vectors: [[Float]] = []
    vectors.reserveCapacity(texts.count)
    var batch: [[Int32]] = []
    var tokens = 0
    func flush() -> Bool {
      guard !batch.isEmpty else { return true }
      guard let new = body(batch, { cancelled.isSet }) else { return false }
      vectors += new
      batch.removeAll(keepingCapacity: true)
      tokens = 0
      return true
    }
    for text in texts {
      if cancelled.isSet { return nil }
      let ids = tokenizer.encode(text, maximumLength: maximumTokens)
      if tokens + ids.count > Self.tokensPerPass, !flush() { return nil }
      batch.append(ids)
      tokens += ids.count
    }
    return flush() ? vectors : nil
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}
