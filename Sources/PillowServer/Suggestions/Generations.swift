import CompletionEngine
import ErrorWording
import LanguageModel
import LanguageServerProtocol
import PillowProject
import PromptMatching
import Synchronization

/// The generations that run, at most one a document.
final class Generations: Sendable {
  private let context: SessionContext
  private let answers: AnswerCache
  private let running = Mutex<[String: Generation]>([:])

  static let title = "Completing the instruction"

  /// Hears of each answer that was written to its end.
  private let onEnd: @Sendable (_ uri: String, _ answer: String) -> Void

  init(
    context: SessionContext, answers: AnswerCache,
    onEnd: @escaping @Sendable (_ uri: String, _ answer: String) -> Void
  ) {
    self.context = context
    self.answers = answers
    self.onEnd = onEnd
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

  /// Stops what is being written for a request, in whichever document.
  func stop(_ request: InstructionRequest) {
    let stopped = running.withLock { running in
      let found = running.filter { $0.value.key.request == request }
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
      found.request == generation.key.request
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
    var instruction: Instruction
    /// How many answers are made, and how they are chosen.
    var candidates = CandidateBudget.one
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
    let project = try await context.workspace.project(for: asked.uri)
    let (generation, old): (Generation, Generation?) = try running.withLock { running in
      // A change or a newer request answers first and looks for generations then, so either it is
      // seen here or this one is seen there.
      guard !asked.answer.isAnswered else { throw CancellationError() }
      if let known = running[asked.uri], known.key == asked.key { return (known, nil) }
      let new = Generation(
        key: asked.key, offset: asked.offset, isReleased: isReleased,
        givesParts: !project.engine.measuresConfidence
      ) { [self] generation in
        try await make(generation, project, asked)
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
    _ generation: Generation, _ project: Project, _ asked: Asked
  ) async throws -> AnswerCache.Value {
    defer { remove(generation, asked.uri) }
    let early = try await readAhead(generation, project)
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
      let value = try await write(generation, early, project, progress, asked)
      answers[generation.key] = value
      onEnd(asked.uri, value.completion.text)
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
    _ generation: Generation, _ project: Project
  ) async throws -> MatchResult? {
    guard !generation.isReleased else { return nil }
    let match = try? await project.match(generation.key.request)
    if let match, !Task.isCancelled {
      try? await project.prefill(generation.key.request, match: match)
    }
    try await generation.untilReleased()
    return match
  }

  private func write(
    _ generation: Generation, _ early: MatchResult?, _ project: Project,
    _ progress: WorkProgress, _ asked: Asked
  ) async throws -> AnswerCache.Value {
    let request = generation.key.request
    let match = if let early { early } else { try await project.match(request) }
    if let identity = try? await project.engine.identity() {
      generation.begins(with: match, identity)
    }
    return try await CandidateAnswers(
      instruction: asked.instruction, request: request, match: match,
      document: context.documents[asked.uri]?.text.judged(for: asked.instruction) ?? "",
      project: project
    ).best(of: asked.candidates) { piece in
      generation.grow(by: piece)
      progress.grow(by: piece)
    }.value
  }
}
