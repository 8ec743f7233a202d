import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// `textDocument/inlineCompletion`: the language model's answer to the instruction at the cursor.
///
/// One request a document waits, and one generation runs. A newer request, or a change of the document, answers the one
/// before with `null` at once; the generation goes on as long as what is typed fits it. Nothing to say is `[]`.
final class InlineSuggestions: Sendable {
  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let answers: AnswerCache
  private let lives: SuggestionLives
  private let rejections: RejectionMemory
  private let waiting = Mutex<[String: PendingAnswer]>([:])
  private let running = Mutex<[String: Generation]>([:])
  /// The last answer of each document: what is typed next may be its beginning.
  private let last = Mutex<[String: (key: AnswerCache.Key, offset: Int)]>([:])
  /// What the user can cancel by the progress that is shown of it.
  private let shown = Mutex<[ProgressToken: @Sendable () -> Void]>([:])

  init(
    context: SessionContext, ledger: SuggestionLedger, answers: AnswerCache,
    lives: SuggestionLives, rejections: RejectionMemory
  ) {
    self.context = context
    self.ledger = ledger
    self.answers = answers
    self.lives = lives
    self.rejections = rejections
  }

  func register(in router: inout Router) {
    router.on(InlineCompletionRequest.self) { [self] params, request in
      serve(params, PendingAnswer(request))
    }
    router.on(WorkDoneProgressCancelNotification.self) { [self] params in
      shown.withLock { $0[params.token] }?()
    }
  }

  // MARK: What supersedes

  /// The text has changed: nobody waits for an answer to the old one, and its generation stops unless it still fits.
  func documentChanged(_ document: Document, _ edit: TextChange?) {
    let uri = document.uri
    waiting.withLock { $0.removeValue(forKey: uri) }?.supersede(with: Self.superseded)
    guard let generation = running.withLock({ $0[uri] }) else { return }
    let cursor = edit.map { $0.range.lowerBound + $0.inserted } ?? 0
    if !fits(generation, document, cursor) { stop(uri) }
  }

  /// The document was opened anew or closed.
  func documentLeft(_ uri: String) {
    waiting.withLock { $0.removeValue(forKey: uri) }?.supersede(with: Self.superseded)
    _ = last.withLock { $0.removeValue(forKey: uri) }
    stop(uri)
  }

  func supersedeAll() {
    let all = waiting.withLock { waiting in
      defer { waiting = [:] }
      return Array(waiting.values)
    }
    for answer in all { answer.supersede(with: Self.superseded) }
    let generations = running.withLock { running in
      defer { running = [:] }
      return Array(running.values)
    }
    for generation in generations { generation.cancel() }
  }

  private func stop(_ uri: String) { running.withLock { $0.removeValue(forKey: uri) }?.cancel() }

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

  private static let superseded: InlineCompletionRequest.Result = nil
  private static let nothing: InlineCompletionRequest.Result = []

  // MARK: Serving

  private func serve(_ params: InlineCompletionRequest.Params, _ answer: PendingAnswer) {
    let uri = params.textDocument.uri
    waiting.withLock { $0.updateValue(answer, forKey: uri) }?.supersede(with: Self.superseded)
    guard let document = context.documents[uri] else {
      forget(answer, uri)
      answer.finish(Self.nothing)
      return
    }
    answer.start { [self] answer in
      let result = await suggest(params, document, answer)
      forget(answer, uri)
      answer.finish(result)
    }
  }

  private func forget(_ answer: PendingAnswer, _ uri: String) {
    waiting.withLock { if $0[uri] === answer { $0[uri] = nil } }
  }

  private func suggest(
    _ params: InlineCompletionRequest.Params, _ document: Document, _ answer: PendingAnswer
  ) async -> InlineCompletionRequest.Result {
    let settings = context.settings(for: document.uri).inlineCompletion ?? .init()
    guard settings.enabled != false else { return Self.nothing }
    let cursor = document.text.offset(of: params.position, in: context.encoding)
    do {
      if let item = try await typedAlong(document, cursor) { return [item] }
      guard let instruction = context.instruction(in: document, at: cursor),
        let insertion = instruction.insertion
      else { return Self.nothing }
      let key = AnswerCache.Key(
        root: context.workspace.root(of: document.uri), query: instruction.query)
      // 1 is what a user asks for; drafts of the protocol had other numbers.
      let isInvoked = params.context?.triggerKind == 1
      if !isInvoked { try await pause(key, document, cursor, settings) }
      let value = try await self.value(
        key, at: insertion.replacing.upperBound, document.uri, answer, params.workDoneToken)
      last.withLock { $0[document.uri] = (key, insertion.replacing.upperBound) }
      let wanted = isInvoked ? settings.candidates ?? 1 : 1
      let texts = try await candidates(value, wanted, key, instruction, document)
      var items: [InlineCompletionItem] = []
      for candidate in texts {
        guard var placed = place(candidate.text, instruction, document) else { continue }
        if let selected = params.context?.selectedCompletionInfo {
          guard let extending = extend(placed, selected, document) else { continue }
          placed = extending
        }
        // After this the client sees it, so it has to be on the disk; not when nobody waits any more.
        try Task.checkCancellation()
        guard !answer.isAnswered else { return Self.superseded }
        items.append(try await offer(placed, candidate, value.match, key, document, isFirst: items.isEmpty))
      }
      return items
    } catch {
      context.report(error)
      return error is CancellationError ? Self.superseded : Self.nothing
    }
  }

  /// Waits until typing pauses; longer within a word, which may be half of one. What is known needs no wait.
  private func pause(
    _ key: AnswerCache.Key, _ document: Document, _ cursor: Int, _ settings: InlineCompletionSettings
  ) async throws {
    if answers[key] != nil || running.withLock({ $0[document.uri]?.key == key }) { return }
    let base = Duration.milliseconds(settings.debounce ?? 150)
    var pause = lives.pause(base: base)
    if cursor > 0, let last = document.text.text(of: max(0, cursor - 4)..<cursor).last, last.isLetter {
      pause = min(pause * 2, Aggressiveness.limits.upperBound)
    }
    if pause > .zero { try await context.clock.sleep(for: pause) }
  }

  // MARK: Generating

  private func value(
    _ key: AnswerCache.Key, at offset: Int, _ uri: String, _ answer: PendingAnswer,
    _ clientsToken: ProgressToken?
  ) async throws -> AnswerCache.Value {
    if let known = answers[key] { return known }
    let service = try await context.workspace.service(for: uri)
    let (generation, old): (Generation, Generation?) = running.withLock { running in
      if let known = running[uri], known.key == key { return (known, nil) }
      let new = Generation(key: key, offset: offset) { [self] generation in
        try await make(generation, service, uri, clientsToken)
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

  private func remove(_ generation: Generation, _ uri: String) {
    running.withLock { if $0[uri] === generation { $0[uri] = nil } }
  }

  private func make(
    _ generation: Generation, _ service: any CompletionService, _ uri: String,
    _ clientsToken: ProgressToken?
  ) async throws -> AnswerCache.Value {
    let token = clientsToken ?? .string("pillow-lsp/\(UUID().uuidString)")
    let progress = progress(token, isClients: clientsToken != nil)
    shown.withLock {
      $0[token] = { [weak self] in
        self?.waiting.withLock { $0.removeValue(forKey: uri) }?.supersede(with: Self.superseded)
        generation.cancel()
      }
    }
    context.status.began()
    var problem: String?
    defer {
      progress?.end()
      shown.withLock { $0[token] = nil }
      context.status.ended(problem: problem)
      remove(generation, uri)
    }
    do {
      let query = generation.key.query
      let match = try await service.match(query)
      let text = try await service.complete(query, match: match) { piece in
        generation.grow(by: piece)
        progress?.grow(by: piece.count)
      }
      let value = AnswerCache.Value(match: match, text: text)
      answers[generation.key] = value
      return value
    } catch {
      if !(error is CancellationError) { problem = "\(error)" }
      throw error
    }
  }

  /// The answer and, where more are wanted, others that differ from it; none that was rejected twice.
  private func candidates(
    _ value: AnswerCache.Value, _ wanted: Int, _ key: AnswerCache.Key, _ instruction: Instruction,
    _ document: Document
  ) async throws -> [CompletedText] {
    var found: [CompletedText] = []
    var seen: Set<String> = []
    func take(_ text: CompletedText) {
      guard let placed = place(text.text, instruction, document), seen.insert(placed.text).inserted,
        !rejections.isUnwanted(key.query, placed.text)
      else { return }
      found.append(text)
    }
    take(value.text)
    guard found.count < wanted else { return found }
    let service = try await context.workspace.service(for: document.uri)
    // As many tries as there are candidates: a small model repeats itself.
    for number in 1...max(1, wanted) where found.count < wanted {
      try Task.checkCancellation()
      guard let other = try await service.alternative(number, to: key.query, match: value.match)
      else { break }
      take(other)
    }
    return found
  }

  private func progress(_ token: ProgressToken, isClients: Bool) -> WorkProgress? {
    let connection = context.connection
    if isClients { return WorkProgress(token, Self.title, connection) }
    guard context.capabilities.workDoneProgress else { return nil }
    return WorkProgress(own: token, Self.title, after: context.progressDelay, connection)
  }

  private static let title = "Completing the instruction"

  // MARK: Offering

  /// The rest of the last answer, where the user types what it says.
  private func typedAlong(_ document: Document, _ cursor: Int) async throws -> InlineCompletionItem? {
    guard let (key, offset) = last.withLock({ $0[document.uri] }), let value = answers[key],
      let typed = TypedAlong.find(
        key, from: offset, to: cursor, in: document,
        instruction: { self.context.instruction(in: $0, at: $1) }),
      let rest = typed.rest(of: AnswerCleaning.clean(value.text.text, for: typed.instruction))
    else { return nil }
    let whole = PlacedText(replacing: offset..<offset, text: typed.typed + rest.text)
    let id = try await register(whole, value.text, value.match, key.query, document.uri)
    return item(rest, id, document)
  }

  private func offer(
    _ placed: PlacedText, _ text: CompletedText, _ match: ExemplarMatch, _ key: AnswerCache.Key,
    _ document: Document, isFirst: Bool
  ) async throws -> InlineCompletionItem {
    let id = try await register(placed, text, match, key.query, document.uri)
    if isFirst, let entry = ledger[id] {
      try await lives.offered(
        id, uri: document.uri, text: placed.text, at: placed.replacing.lowerBound, entry.service)
    } else if let entry = ledger[id] {
      lives.listed(
        id, uri: document.uri, text: placed.text, at: placed.replacing.lowerBound, entry.service)
    }
    return item(placed, id, document)
  }

  /// Stores the suggestion; what is offered once more goes on under its id.
  private func register(
    _ placed: PlacedText, _ text: CompletedText, _ match: ExemplarMatch, _ query: InstructionQuery,
    _ uri: String
  ) async throws -> String {
    let offer = SuggestionLedger.Entry.Offer(documentURI: uri, query: query, text: placed.text)
    if let id = ledger.unjudged(offer) { return id }
    let service = try await context.workspace.service(for: uri)
    let id = UUID().uuidString.lowercased()
    try await service.record(
      SuggestionRecord(
        id: id, documentURI: uri, query: query, match: match, model: text.model,
        text: placed.text))
    ledger.add(id, .init(service: service, offer: offer))
    return id
  }

  private func place(
    _ answer: String, _ instruction: Instruction, _ document: Document
  ) -> PlacedText? {
    let cleaned = AnswerCleaning.clean(answer, for: instruction)
    return Placement.place(cleaned, for: instruction, in: document.text)
  }

  /// What is selected in the menu counts as typed: the suggestion has to begin with it, and takes
  /// its range.
  private func extend(
    _ placed: PlacedText, _ selected: SelectedCompletionInfo, _ document: Document
  ) -> PlacedText? {
    let start = document.text.offset(of: selected.range.start, in: context.encoding)
    let end = document.text.offset(of: selected.range.end, in: context.encoding)
    guard start <= end, placed.text.hasPrefix(selected.text) else { return nil }
    return PlacedText(replacing: start..<end, text: placed.text)
  }

  private func item(
    _ placed: PlacedText, _ id: String, _ document: Document
  ) -> InlineCompletionItem {
    let replaced = document.text.text(of: placed.replacing)
    return InlineCompletionItem(
      insertText: placed.text,
      // Clients that filter by what is replaced would drop what does not begin with it.
      filterText: placed.text.hasPrefix(replaced) ? nil : replaced,
      range: document.text.range(placed.replacing, in: context.encoding),
      command: Command(
        title: "Accept", command: FeedbackCapture.accept, arguments: [.string(id)]))
  }
}
