import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// `textDocument/inlineCompletion`: the language model's answer to the instruction at the cursor.
///
/// One request a document is worked on. A newer one, or a change of the document, supersedes it: it
/// is answered `null` at once and its generation stops. Nothing to say is `[]`.
final class InlineSuggestions: Sendable {
  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let running = Mutex<[String: PendingAnswer]>([:])
  /// What the user can cancel by the progress that is shown of it.
  private let shown = Mutex<[ProgressToken: PendingAnswer]>([:])
  private let answers: AnswerCache

  init(context: SessionContext, ledger: SuggestionLedger, answers: AnswerCache) {
    self.context = context
    self.ledger = ledger
    self.answers = answers
  }

  func register(in router: inout Router) {
    router.on(InlineCompletionRequest.self) { [self] params, request in
      serve(params, PendingAnswer(request))
    }
    router.on(WorkDoneProgressCancelNotification.self) { [self] params in
      shown.withLock { $0[params.token] }?.supersede(with: Self.superseded)
    }
  }

  /// What runs for a document was asked of another text.
  func documentChanged(_ uri: String) {
    running.withLock { $0.removeValue(forKey: uri) }?.supersede(with: Self.superseded)
  }

  func supersedeAll() {
    let all = running.withLock { running in
      defer { running = [:] }
      return Array(running.values)
    }
    for answer in all { answer.supersede(with: Self.superseded) }
  }

  private static let superseded: InlineCompletionRequest.Result = nil
  private static let nothing: InlineCompletionRequest.Result = []

  private func serve(_ params: InlineCompletionRequest.Params, _ answer: PendingAnswer) {
    let uri = params.textDocument.uri
    running.withLock { $0.updateValue(answer, forKey: uri) }?.supersede(with: Self.superseded)
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
    running.withLock { if $0[uri] === answer { $0[uri] = nil } }
  }

  private func suggest(
    _ params: InlineCompletionRequest.Params, _ document: Document, _ answer: PendingAnswer
  ) async -> InlineCompletionRequest.Result {
    guard let instruction = context.instruction(in: document, at: params.position),
      instruction.insertion != nil
    else { return Self.nothing }
    do {
      let service = try await context.workspace.service(for: document.uri)
      let key = AnswerCache.Key(
        root: context.workspace.root(of: document.uri), query: instruction.query)
      let made = try await answers.value(for: key) {
        try await self.make(instruction, service, answer, params.workDoneToken)
      }
      guard var placed = place(made.text.text, instruction, document) else { return Self.nothing }
      if let selected = params.context?.selectedCompletionInfo {
        guard let extending = extend(placed, selected, document) else { return Self.nothing }
        placed = extending
      }
      // After this the client sees it, so it has to be on the disk; not when nobody waits any more.
      try Task.checkCancellation()
      guard !answer.isAnswered else { return Self.superseded }
      let id = try await register(placed, made, instruction.query, service, document.uri)
      return [item(placed, id, document)]
    } catch {
      context.report(error)
      return error is CancellationError ? Self.superseded : Self.nothing
    }
  }

  /// Stores the suggestion; what is offered once more goes on under its id.
  private func register(
    _ placed: PlacedText, _ made: AnswerCache.Value, _ query: InstructionQuery,
    _ service: any CompletionService, _ uri: String
  ) async throws -> String {
    let offer = SuggestionLedger.Entry.Offer(documentURI: uri, query: query, text: placed.text)
    if let id = ledger.unjudged(offer) { return id }
    let id = UUID().uuidString.lowercased()
    try await service.record(
      SuggestionRecord(
        id: id, documentURI: uri, query: query, match: made.match, model: made.text.model,
        text: placed.text))
    ledger.add(id, .init(service: service, offer: offer))
    return id
  }

  private func make(
    _ instruction: Instruction, _ service: any CompletionService, _ answer: PendingAnswer,
    _ clientsToken: ProgressToken?
  ) async throws -> AnswerCache.Value {
    let token = clientsToken ?? .string("pillow-lsp/\(UUID().uuidString)")
    let progress = progress(token, isClients: clientsToken != nil)
    shown.withLock { $0[token] = answer }
    defer {
      progress?.end()
      shown.withLock { $0[token] = nil }
    }
    let match = try await service.match(instruction.query)
    let text = try await service.complete(instruction.query, match: match) { piece in
      progress?.grow(by: piece.count)
    }
    return AnswerCache.Value(match: match, text: text)
  }

  private func progress(_ token: ProgressToken, isClients: Bool) -> WorkProgress? {
    let connection = context.connection
    if isClients { return WorkProgress(token, Self.title, connection) }
    guard context.capabilities.workDoneProgress else { return nil }
    return WorkProgress(own: token, Self.title, after: context.progressDelay, connection)
  }

  private static let title = "Completing the instruction"

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
