import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// `textDocument/inlineCompletion`: the language model's answer to the instruction at the cursor.
///
/// One request a document waits, and one generation runs (``Generations``). A newer request, or a change of the
/// document, answers the one before with `null` at once; the generation goes on as long as what is typed fits it.
/// Nothing to say is `[]`.
final class InlineSuggestions: Sendable {
  private let context: SessionContext
  private let answers: AnswerCache
  private let offers: SuggestionOffers
  private let generations: Generations
  private let waiting = Mutex<[String: PendingAnswer]>([:])
  /// The last answer of each document: what is typed next may be its beginning.
  private let last = Mutex<[String: (key: AnswerCache.Key, offset: Int)]>([:])

  init(context: SessionContext, answers: AnswerCache, offers: SuggestionOffers) {
    self.context = context
    self.answers = answers
    self.offers = offers
    generations = Generations(context: context, answers: answers)
  }

  func register(in router: inout Router) {
    router.on(InlineCompletionRequest.self) { [self] params, request in
      serve(params, PendingAnswer(request))
    }
  }

  // MARK: What supersedes

  /// The text has changed: nobody waits for an answer to the old one, and its generation stops
  /// unless it still fits.
  ///
  /// First the answer is given, then the generation looked for: one that is about to begin sees that
  /// its answer is given.
  func documentChanged(_ document: Document, _ edit: TextChange?) {
    supersede(document.uri)
    generations.documentChanged(document, cursor: edit.map { $0.range.lowerBound + $0.inserted } ?? 0)
  }

  /// The document was opened anew or closed.
  func documentLeft(_ uri: String) {
    supersede(uri)
    _ = last.withLock { $0.removeValue(forKey: uri) }
    generations.stop(uri)
  }

  func supersedeAll() {
    let all = waiting.withLock { waiting in
      defer { waiting = [:] }
      return Array(waiting.values)
    }
    for answer in all { answer.supersede(with: Self.superseded) }
    generations.stopAll()
  }

  private func supersede(_ uri: String) {
    waiting.withLock { $0.removeValue(forKey: uri) }?.supersede(with: Self.superseded)
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
      let value = try await generations.value(
        key, at: insertion.replacing.upperBound, document.uri, answer, params.workDoneToken
      ) { [weak self] in self?.supersede(document.uri) }
      last.withLock { $0[document.uri] = (key, insertion.replacing.upperBound) }
      return try await items(
        value, isInvoked ? settings.candidates ?? 1 : 1, key, instruction, document, params, answer)
    } catch {
      context.report(error)
      return error is CancellationError ? Self.superseded : Self.nothing
    }
  }

  /// The answer and its alternatives as items. With a token for partial results each goes out as soon as it is there,
  /// and the response itself holds none.
  private func items(
    _ value: AnswerCache.Value, _ wanted: Int, _ key: AnswerCache.Key, _ instruction: Instruction,
    _ document: Document, _ params: InlineCompletionRequest.Params, _ answer: PendingAnswer
  ) async throws -> InlineCompletionRequest.Result {
    var items: [InlineCompletionItem] = []
    for try await candidate in offers.candidates(value, wanted, key, instruction, document) {
      guard var placed = offers.place(candidate.text, instruction, document) else { continue }
      if let selected = params.context?.selectedCompletionInfo {
        guard let extending = extend(placed, selected, document) else { continue }
        placed = extending
      }
      // After this the client sees it, so it has to be on the disk; not when nobody waits any more.
      try Task.checkCancellation()
      guard !answer.isAnswered else { return Self.superseded }
      let item = try await offers.offer(
        placed, candidate, value.match, key, document, isFirst: items.isEmpty)
      items.append(item)
      if let token = params.partialResultToken {
        context.connection.sendPartial([item], for: token)
      }
    }
    return params.partialResultToken == nil ? items : Self.nothing
  }

  /// Waits until typing pauses; longer within a word, which may be half of one. What is known needs no wait.
  private func pause(
    _ key: AnswerCache.Key, _ document: Document, _ cursor: Int, _ settings: InlineCompletionSettings
  ) async throws {
    if answers[key] != nil || generations.isRunning(key, document.uri) { return }
    let base = Duration.milliseconds(settings.debounce ?? 150)
    var pause = offers.lives.pause(base: base)
    if cursor > 0, let last = document.text.text(of: max(0, cursor - 4)..<cursor).last, last.isLetter {
      pause = min(pause * 2, Aggressiveness.limits.upperBound)
    }
    if pause > .zero { try await context.clock.sleep(for: pause) }
  }

  /// The rest of the last answer, where the user types what it says.
  private func typedAlong(_ document: Document, _ cursor: Int) async throws -> InlineCompletionItem? {
    guard let (key, offset) = last.withLock({ $0[document.uri] }), let value = answers[key],
      let typed = TypedAlong.find(
        key, from: offset, to: cursor, in: document,
        instruction: { self.context.instruction(in: $0, at: $1) }),
      let rest = typed.rest(of: AnswerCleaning.clean(value.text.text, for: typed.instruction))
    else { return nil }
    let whole = PlacedText(replacing: offset..<offset, text: typed.typed + rest.text)
    let id = try await offers.store(whole, value.text, value.match, key.query, document.uri)
    return offers.item(rest, id, document)
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
}
