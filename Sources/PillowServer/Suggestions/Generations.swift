import LanguageServerProtocol
import Synchronization

/// The generations that run, at most one a document.
final class Generations: Sendable {
  private let context: SessionContext
  private let answers: AnswerCache
  private let running = Mutex<[String: Generation]>([:])

  static let title = "Completing the instruction"

  init(context: SessionContext, answers: AnswerCache) {
    self.context = context
    self.answers = answers
  }

  /// The document's generation, if what stands at the cursor fits it.
  func running(_ document: Document, cursor: Int) -> (generation: Generation, typed: TypedAlong)? {
    guard let generation = running.withLock({ $0[document.uri] }),
      let typed = typed(generation, document, cursor), fits(generation, typed)
    else { return nil }
    return (generation, typed)
  }

  // MARK: Stopping

  func stop(_ uri: String) { running.withLock { $0.removeValue(forKey: uri) }?.cancel() }

  /// Stops what is being written for a query, in whichever document.
  func stop(_ query: InstructionQuery) {
    let stopped = running.withLock { running in
      let found = running.filter { $0.value.key.query == query }
      for uri in found.keys { running[uri] = nil }
      return Array(found.values)
    }
    for generation in stopped { generation.cancel() }
  }

  func stopAll() {
    let all = running.withLock { running in
      defer { running = [:] }
      return Array(running.values)
    }
    for generation in all { generation.cancel() }
  }

  /// Stops the document's generation unless what is typed fits it.
  func documentChanged(_ document: Document, cursor: Int) {
    guard let generation = running.withLock({ $0[document.uri] }) else { return }
    if !fits(generation, document, cursor) { stop(document.uri) }
  }

  private func fits(_ generation: Generation, _ document: Document, _ cursor: Int) -> Bool {
    if let found = context.instruction(in: document, at: cursor),
      found.query == generation.key.query
    {
      return true
    }
    return typed(generation, document, cursor).map { fits(generation, $0) } ?? false
  }

  private func typed(_ generation: Generation, _ document: Document, _ cursor: Int) -> TypedAlong? {
    TypedAlong.find(
      generation.key, from: generation.offset, to: cursor, in: document,
      instruction: { self.context.instruction(in: $0, at: $1) })
  }

  private func fits(_ generation: Generation, _ typed: TypedAlong) -> Bool {
    typed.fits(partial: AnswerCleaning.clean(generation.partial, for: typed.instruction))
  }

  private func remove(_ generation: Generation, _ uri: String) {
    running.withLock { if $0[uri] === generation { $0[uri] = nil } }
  }

  // MARK: Making

  /// Who asks for an answer, and for which place.
  struct Asked: Sendable {
    var key: AnswerCache.Key
    /// Where the answer goes, in bytes.
    var offset: Int
    var uri: String
    /// Who waits for it. An answer that is given already begins nothing.
    var answer: PendingAnswer
    var clientsToken: ProgressToken?
    /// The user has cancelled by the progress that is shown.
    var onUserCancel: @Sendable () -> Void
  }

  /// The generation of an answer: one that runs, or one that begins now.
  ///
  /// - Parameter isReleased: whether it writes at once. One that does not only reads its prompt
  ///   before it is released.
  func generation(for asked: Asked, isReleased: Bool) async throws -> Generation {
    let service = try await context.workspace.service(for: asked.uri)
    let (generation, old): (Generation, Generation?) = try running.withLock { running in
      // A change or a newer request answers first and looks for generations then, so either it is
      // seen here or this one is seen there.
      guard !asked.answer.isAnswered else { throw CancellationError() }
      if let known = running[asked.uri], known.key == asked.key { return (known, nil) }
      let new = Generation(key: asked.key, offset: asked.offset, isReleased: isReleased) {
        [self] generation in
        try await make(generation, service, asked)
      }
      return (new, running.updateValue(new, forKey: asked.uri))
    }
    old?.cancel()
    // The client's cancellation stops the work; being superseded does not.
    asked.answer.onCancel { [weak self] in
      generation.cancel()
      self?.remove(generation, asked.uri)
    }
    return generation
  }

  private func make(
    _ generation: Generation, _ service: any CompletionService, _ asked: Asked
  ) async throws -> AnswerCache.Value {
    defer { remove(generation, asked.uri) }
    let early = try await readAhead(generation, service)
    let progress = context.progress.begin(Self.title, clientsToken: asked.clientsToken) {
      asked.onUserCancel()
      generation.cancel()
    }
    context.status.began()
    var problem: String?
    defer {
      progress.end()
      context.status.ended(problem: problem)
    }
    do {
      let value = try await write(generation, early, service, progress)
      answers[generation.key] = value
      return value
    } catch {
      if !(error is CancellationError) { problem = ErrorWording.sentence(error) }
      throw error
    }
  }

  /// While the pause in typing goes on, the prompt is read: that is most of the work before the
  /// first word.
  ///
  /// - Returns: the exemplars, if it came to that. What goes wrong goes wrong again, and is told
  ///   then.
  private func readAhead(
    _ generation: Generation, _ service: any CompletionService
  ) async throws -> ExemplarMatch? {
    guard !generation.isReleased else { return nil }
    let match = try? await service.match(generation.key.query)
    if let match, !Task.isCancelled { try? await service.read(generation.key.query, match: match) }
    try await generation.untilReleased()
    return match
  }

  private func write(
    _ generation: Generation, _ early: ExemplarMatch?, _ service: any CompletionService,
    _ progress: WorkProgress
  ) async throws -> AnswerCache.Value {
    let query = generation.key.query
    let match = if let early { early } else { try await service.match(query) }
    generation.begins(with: match, model: (try? await service.modelName()) ?? "")
    let text = try await service.completeToItsEnd(query, match: match) { piece in
      generation.grow(by: piece)
      progress.grow(by: piece)
    }
    return AnswerCache.Value(match: match, text: text)
  }
}
