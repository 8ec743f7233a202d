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

  func isRunning(_ key: AnswerCache.Key, _ uri: String) -> Bool {
    running.withLock { $0[uri]?.key == key }
  }

  // MARK: Stopping

  func stop(_ uri: String) { running.withLock { $0.removeValue(forKey: uri) }?.cancel() }

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
    guard
      let typed = TypedAlong.find(
        generation.key, from: generation.offset, to: cursor, in: document,
        instruction: { self.context.instruction(in: $0, at: $1) })
    else { return false }
    return typed.fits(partial: AnswerCleaning.clean(generation.partial, for: typed.instruction))
  }

  private func remove(_ generation: Generation, _ uri: String) {
    running.withLock { if $0[uri] === generation { $0[uri] = nil } }
  }

  // MARK: Making

  /// The answer to a query: one that is known, that is being made, or that is made now.
  ///
  /// - Parameters:
  ///   - offset: where the answer goes, in bytes.
  ///   - answer: who waits for it. An answer that is given already begins nothing.
  ///   - onUserCancel: the user has cancelled by the progress that is shown.
  func value(
    _ key: AnswerCache.Key, at offset: Int, _ uri: String, _ answer: PendingAnswer,
    _ clientsToken: ProgressToken?, onUserCancel: @escaping @Sendable () -> Void
  ) async throws -> AnswerCache.Value {
    if let known = answers[key] { return known }
    let service = try await context.workspace.service(for: uri)
    let (generation, old): (Generation, Generation?) = try running.withLock { running in
      // A change or a newer request answers first and looks for generations then, so either it is seen here or this
      // one is seen there.
      guard !answer.isAnswered else { throw CancellationError() }
      if let known = running[uri], known.key == key { return (known, nil) }
      let new = Generation(key: key, offset: offset) { [self] generation in
        try await make(generation, service, uri, clientsToken, onUserCancel)
      }
      return (new, running.updateValue(new, forKey: uri))
    }
    old?.cancel()
    // The client's cancellation stops the work; being superseded does not.
    answer.onCancel { [weak self] in
      generation.cancel()
      self?.remove(generation, uri)
    }
    return try await generation.value()
  }

  private func make(
    _ generation: Generation, _ service: any CompletionService, _ uri: String,
    _ clientsToken: ProgressToken?, _ onUserCancel: @escaping @Sendable () -> Void
  ) async throws -> AnswerCache.Value {
    let progress = context.progress.begin(Self.title, clientsToken: clientsToken) {
      onUserCancel()
      generation.cancel()
    }
    context.status.began()
    var problem: String?
    defer {
      progress.end()
      context.status.ended(problem: problem)
      remove(generation, uri)
    }
    do {
      let query = generation.key.query
      let match = try await service.match(query)
      let text = try await service.completeToItsEnd(query, match: match) { piece in
        generation.grow(by: piece)
        progress.grow(by: piece)
      }
      let value = AnswerCache.Value(match: match, text: text)
      answers[generation.key] = value
      return value
    } catch {
      if !(error is CancellationError) { problem = "\(error)" }
      throw error
    }
  }
}
