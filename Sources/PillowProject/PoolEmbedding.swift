import Dispatch
import PromptPool
import SentenceEncoder
import Synchronization

/// Embeds what has no vector yet, in the background, in batches that an instruction's own embedding
/// need not wait for.
///
/// What is done is stored, so it goes on where it was when the program ended.
final class PoolEmbedding: Sendable {
  /// Texts of one call of the encoder.
  private static let batch = 16
  /// Exemplars of one transaction.
  private static let stored = 128

  private let running = Mutex<Task<Void, any Error>?>(nil)

  /// Begins, or goes on, without waiting.
  ///
  /// - Parameters:
  ///   - onProgress: called after each transaction.
  ///   - onFailure: called when it cannot go on, or was cancelled; the next call tries again.
  func start(
    _ pool: PromptPool, _ encoder: SentenceEncoder,
    onProgress: @escaping @Sendable (EmbeddingProgress) -> Void,
    onFailure: @escaping @Sendable (any Error) -> Void
  ) {
    running.withLock { running in
      guard running == nil else { return }
      running = Task.detached(priority: .utility) { [weak self] in
        do {
          try await Self.embedAll(pool, encoder, priority: .background, onProgress: onProgress)
        } catch {
          self?.running.withLock { $0 = nil }
          onFailure(error)
          return
        }
        self?.running.withLock { $0 = nil }
      }
    }
  }

  var isRunning: Bool { running.withLock { $0 != nil } }

  func cancel() { running.withLock { $0?.cancel() } }

  deinit { cancel() }

  /// Embeds everything that is missing and waits for it.
  static func embedAll(
    _ pool: PromptPool, _ encoder: SentenceEncoder, priority: EncodingPriority = .interactive,
    onProgress: (EmbeddingProgress) -> Void = { _ in }
  ) async throws {
    let identity = encoder.identity
    let total = try await offPool { try pool.countWithoutEmbedding(encoder: identity) }
    guard total > 0 else { return }
    onProgress(EmbeddingProgress(embedded: 0, total: total, secondsLeft: nil))
    let clock = ContinuousClock()
    let start = clock.now
    var done = 0
    var last: Int64 = 0
    while true {
      let missing = try await offPool { [last] in
        try pool.exemplarsWithoutEmbedding(encoder: identity, after: last, limit: Self.stored)
      }
      // What was edited meanwhile lies behind.
      if missing.isEmpty, last == 0 { break }
      last = missing.last?.id ?? 0
      if missing.isEmpty { continue }
      try await embed(missing, pool, encoder, priority: priority)
      done += missing.count
      let pace = (clock.now - start) / .seconds(1) / Double(done)
      let left = max(0, total - done)
      // What was added meanwhile belongs to the run too.
      onProgress(
        EmbeddingProgress(
          embedded: done, total: max(total, done + (missing.count == Self.stored ? 1 : 0)),
          secondsLeft: pace * Double(left)))
    }
    onProgress(EmbeddingProgress(embedded: done, total: done, secondsLeft: 0))
  }

  /// Embeds some exemplars and stores their vectors.
  static func embed(
    _ exemplars: [Exemplar], _ pool: PromptPool, _ encoder: SentenceEncoder,
    priority: EncodingPriority = .interactive
  ) async throws {
    var vectors: [[Float]] = []
    for start in stride(from: 0, to: exemplars.count, by: batch) {
      let texts = exemplars[start..<min(exemplars.count, start + batch)]
        .map(\.request.embeddedText)
      vectors += try await encoder.embed(texts, priority: priority)
    }
    let rows = zip(exemplars, vectors).map { (id: $0.id, vector: $1) }
    let identity = encoder.identity
    try await offPool { try pool.store(embeddings: rows, encoder: identity) }
  }
}

/// Runs what waits for a disk on a thread that may wait.
func offPool<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global(qos: .userInitiated).async {
      continuation.resume(with: Result { try body() })
    }
  }
}
