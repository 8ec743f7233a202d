public import Foundation
public import PromptPool
import SentenceEncoder
import Synchronization

extension Project {
  /// Calls back with what happens by itself: shared pools that were read again, embedding, problems.
  public func observe(_ observer: @escaping @Sendable (ProjectEvent) -> Void) {
    observers.withLock { $0.append(observer) }
  }

  /// Follows the files of `.pillow/pools` and what other processes change in the database, as long as the project lives.
  ///
  /// - Parameter seconds: between two looks; a change is seen at the second look after it.
  public func watch(every seconds: Double = 1) {
    makeWatch().start(every: seconds)
  }

  /// Looks for changes now; two looks see a file that has settled.
  package func lookForChanges() {
    (watching.withLock { $0 } ?? makeWatch()).look()
  }

  /// Forgets history that is older than the settings allow.
  ///
  /// - Returns: how many suggestions.
  @discardableResult
  public func removeOldHistory(now: Date = Date()) throws(PromptPoolError) -> Int {
    let days = settings.historyDays ?? ProjectSettings.defaultHistoryDays
    return try pool.removeHistory(before: now.addingTimeInterval(-86_400 * Double(days)))
  }

  /// Tells whether an error means a damaged database; then a new one has been begun, and the call can be repeated.
  public func recovers(from error: any Error) -> Bool {
    guard case PromptPoolError.corrupt = error else { return false }
    do {
      if let sentence = try place.replaceDamaged(pool) { tell(.problem(sentence)) }
      policies.reset()
      return true
    } catch {
      tell(.problem("\(error)"))
      return false
    }
  }

  private func makeWatch() -> SharedPoolWatch {
    watching.withLock { watching in
      if let watching { return watching }
      let place = place
      let watch = SharedPoolWatch(
        folder: files.sharedPools, read: filesRead, pool: { place.pool }
      ) { [weak self] reading in self?.changed(reading) }
      watching = watch
      return watch
    }
  }

  private func changed(_ reading: SharedPoolReading?) {
    switch reading {
    case .success(let report): tell(.sharedPoolsRead(report))
    case .failure(let error): if !recovers(from: error) { tell(.problem("\(error)")) }
    case nil: break
    }
    poolChanged()
    prepare()
  }

  func tell(_ event: ProjectEvent) {
    for observer in observers.withLock({ $0 }) { observer(event) }
  }
}

// MARK: Embedding

extension Project {
  /// Embeds what has no vector: few at once, more in the background.
  ///
  /// - Returns: what shares words with the request; of that, what had no vector has one now.
  func embedForMatch(_ request: InstructionRequest) async throws -> [Int64] {
    let encoder = try await models.encoder()
    let (pool, first) = (pool, limits.embedsFirst)
    let missing = try await offPool {
      try pool.exemplarsWithoutEmbedding(encoder: encoder.identity, limit: first + 1)
    }
    guard !missing.isEmpty else { return [] }
    if missing.count <= first {
      try await PoolEmbedding.embed(missing, pool, encoder)
      poolChanged()
      return []
    }
    startEmbedding(encoder)
    let found = try await offPool {
      try pool.search(request.embeddedText, limit: 32).map(\.id)
    }
    let embedded = try await offPool {
      try Set(pool.embeddings(of: found, encoder: encoder.identity).map(\.id))
    }
    let fresh = found.filter { !embedded.contains($0) }.prefix(8)
    if !fresh.isEmpty {
      let exemplars = try await offPool { [ids = Array(fresh)] in try pool.exemplars(ids: ids) }
      try await PoolEmbedding.embed(exemplars, pool, encoder)
    }
    return found
  }

  /// Embeds everything that has no vector, and waits for it.
  public func embedAll(
    onProgress: @escaping @Sendable (EmbeddingProgress) -> Void = { _ in }
  ) async throws {
    try await PoolEmbedding.embedAll(
      pool, try await models.encoder(), onProgress: onProgress)
    poolChanged()
  }

  /// In the background.
  func startEmbedding(_ encoder: SentenceEncoder) {
    embedding.start(pool, encoder) { [weak self] progress in
      self?.tell(.embedding(progress))
      if progress.isFinished { self?.poolChanged() }
    } onFailure: { [weak self] error in
      guard let self else { return }
      if !recovers(from: error) { tell(.problem("\(error)")) }
    }
  }
}
