public import Foundation
import PromptMatching
public import PromptPool
import SentenceEncoder
import Settings
import SharedPools
import Synchronization
import WorkspaceRules

extension Project {
  /// Calls back with what happens by itself: shared pools that were read again, embedding,
  /// problems.
  public func observe(_ observer: @escaping @Sendable (ProjectEvent) -> Void) {
    observers.withLock { $0.append(observer) }
  }

  /// Follows the files of `.pillow/pools`, the databases of teams, what other processes change in the
  /// database, and which commit is checked out, as long as the project lives.
  ///
  /// - Parameter seconds: between two looks; a change is seen at the second look after it.
  public func watch(every seconds: Double = 1) {
    makeWatch().start(every: seconds)
    followTeams()
  }

  /// Looks for changes now; two looks see a file that has settled.
  package func lookForChanges() {
    (watching.withLock { $0 } ?? makeWatch()).look()
  }

  /// Forgets history and standing texts that are older than the settings allow.
  ///
  /// - Returns: how many suggestions.
  @discardableResult
  public func removeOldHistory(now: Date = Date()) throws(PromptPoolError) -> Int {
    let standing = Double(settings.learningOrDefault.standingTextDaysOrDefault)
    try pool.deleteStandingTexts(before: now.addingTimeInterval(-86_400 * standing))
    let days = settings.historyDaysOrDefault
    return try pool.removeHistory(before: now.addingTimeInterval(-86_400 * Double(days)))
  }

  /// Whether an error means a damaged database; then a new one has been started, and the call can be
  /// repeated. Waits for the disk.
  public func recovers(from error: any Error) -> Bool {
    let isDamaged: Bool
    switch error {
    case PromptPoolError.corrupt: isDamaged = true
    case PromptPoolError.replaced: isDamaged = false
    default: return false
    }
    do {
      let sentence = isDamaged ? try place.replaceDamaged(pool) : try place.reopen(pool)
      if let sentence { tell(.problem(sentence)) }
      policies.reset()
      return true
    } catch {
      tell(.problem("\(error)"))
      return false
    }
  }

  private func makeWatch() -> ProjectWatch {
    watching.withLock { watching in
      if let watching { return watching }
      let place = place
      let watch = ProjectWatch(
        folder: files.sharedPools, read: filesRead, pool: { place.pool },
        onChange: { [weak self] reading in self?.changed(reading) },
        headLog: HeadLog.path(of: root), onMove: { [weak self] in self?.tell(.headMoved) })
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
    for team in teams.withLock({ $0 }) { team.poolChanged() }
    poolChanged()
    prepare()
  }

  package func tell(_ event: ProjectEvent) {
    for observer in observers.withLock({ $0 }) { observer(event) }
  }
}

// MARK: Embedding

extension Project {
  /// The policy for a request, once few exemplars without vectors have got theirs; more get them in
  /// the background.
  ///
  /// - Returns: with exemplars that share words with the request, when some are waiting; the best
  ///   of those have vectors.
  func policy(
    for request: InstructionRequest, _ language: RequestedLanguage = .any
  ) async throws -> (policy: ExemplarPolicy, others: [Int64]) {
    var policy = try await policies.ready()
    // A large pool's vectors are not written anew for each batch of a run.
    let pool = pool
    if try await offPool({ try pool.revision() }) != policy.revision,
      !(policy.isMapped && embedding.isRunning)
    {
      policies.invalidate()
      policy = try await policies.ready()
    }
    guard policy.pending > 0 else { return (policy, []) }
    if policy.pending > limits.embedsFirst {
      startEmbedding(policy.encoder)
      return (policy, try await embedFound(request, language, policy.encoder))
    }
    let encoder = policy.encoder
    let missing = try await offPool {
      try pool.exemplarsWithoutEmbedding(encoder: encoder.identity)
    }
    try await PoolEmbedding.embed(missing, pool, encoder)
    policies.invalidate()
    return (try await policies.ready(), missing.map(\.id))
  }

  private func embedFound(
    _ request: InstructionRequest, _ language: RequestedLanguage, _ encoder: SentenceEncoder
  ) async throws -> [Int64] {
    let pool = pool
    let (found, fresh) = try await offPool {
      // Those of other languages are not served, so time is not spent on them.
      let named = try pool.search(request.embeddedText, limit: 128).map(\.id)
      let misfits = ExemplarLanguages(try pool.languages(of: named))
        .misfits(language, among: named)
      let found = named.indices.filter { !misfits.contains($0) }.prefix(32).map { named[$0] }
      let embedded = Set(try pool.embeddings(of: found, encoder: encoder.identity).map(\.id))
      let waiting = found.filter { !embedded.contains($0) }.prefix(8)
      return (found, try pool.exemplars(ids: Array(waiting)))
    }
    try await PoolEmbedding.embed(fresh, pool, encoder)
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
      tell(.embeddingStopped)
      if error is CancellationError { return }
      Task {
        if try await offPool({ !self.recovers(from: error) }) { tell(.problem("\(error)")) }
      }
    }
  }
}
