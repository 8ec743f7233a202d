import Foundation
import JSONRPC
import LanguageServerProtocol

/// Makes suggestions of answers: fits them to their place, and stores them before anybody sees
/// them.
final class SuggestionOffers: Sendable {
  let lives: SuggestionLives
  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let rejections: RejectionMemory

  init(
    context: SessionContext, ledger: SuggestionLedger, lives: SuggestionLives,
    rejections: RejectionMemory
  ) {
    self.context = context
    self.ledger = ledger
    self.lives = lives
    self.rejections = rejections
  }

  func place(_ answer: String, _ instruction: Instruction, _ document: Document) -> PlacedText? {
    let cleaned = AnswerCleaning.clean(answer, for: instruction)
    return Placement.place(cleaned, for: instruction, in: document.text)
  }

  /// The answer and, where more are wanted, others that differ from it, each when it is there; none
  /// that was rejected twice.
  func candidates(
    _ value: AnswerCache.Value, _ wanted: Int, _ key: AnswerCache.Key, _ instruction: Instruction,
    _ document: Document
  ) -> Candidates {
    Candidates(
      offers: self, value: value, wanted: wanted, key: key, instruction: instruction,
      document: document)
  }

  /// Candidates one after another.
  struct Candidates: AsyncSequence, AsyncIteratorProtocol {
    let offers: SuggestionOffers
    let value: AnswerCache.Value
    let wanted: Int
    let key: AnswerCache.Key
    let instruction: Instruction
    let document: Document
    private var found = 0
    private var tried = 0
    private var seen: Set<String> = []

    init(
      offers: SuggestionOffers, value: AnswerCache.Value, wanted: Int, key: AnswerCache.Key,
      instruction: Instruction, document: Document
    ) {
      self.offers = offers
      self.value = value
      self.wanted = wanted
      self.key = key
      self.instruction = instruction
      self.document = document
    }

    func makeAsyncIterator() -> Candidates { self }

    mutating func next() async throws -> CompletedText? {
      // As many further tries as there are candidates: a small model repeats itself.
      while found < wanted, tried <= wanted {
        try Task.checkCancellation()
        let text: CompletedText
        if tried == 0 {
          text = value.text
        } else {
          let service = try await offers.context.workspace.service(for: document.uri)
          guard
            let other = try await service.alternative(tried, to: key.query, match: value.match)
          else { return nil }
          text = other
        }
        tried += 1
        guard let placed = offers.place(text.text, instruction, document),
          seen.insert(placed.text).inserted,
          !offers.rejections.isUnwanted(key.query, placed.text)
        else { continue }
        found += 1
        return text
      }
      return nil
    }
  }

  /// Stores it, lets its life begin, and makes an item of it.
  func offer(
    _ placed: PlacedText, _ text: CompletedText, _ match: ExemplarMatch, _ key: AnswerCache.Key,
    _ document: Document, isFirst: Bool, isPart: Bool
  ) async throws -> InlineCompletionItem {
    let id = try await store(placed, text, match, key.query, document.uri)
    if isFirst {
      try await show(id, placed, in: document.uri, isPart: isPart)
    } else {
      list(id, placed, in: document.uri)
    }
    return item(placed, id, document)
  }

  /// It goes to the screen with the reply.
  ///
  /// - Parameters:
  ///   - isPart: whether more of the answer is being written.
  ///   - typed: how many bytes of it are there already.
  func show(
    _ id: String, _ placed: PlacedText, in uri: String, isPart: Bool, typed: Int = 0
  ) async throws {
    guard let entry = ledger[id] else { return }
    try await lives.offered(
      id,
      .init(
        uri: uri, text: placed.text, offset: placed.replacing.lowerBound, isPart: isPart,
        typed: typed,
        service: entry.service))
  }

  /// It may be accepted from now on; whether and when it is shown, only the client knows.
  func list(_ id: String, _ placed: PlacedText, in uri: String) {
    guard let entry = ledger[id] else { return }
    lives.listed(
      id,
      .init(
        uri: uri, text: placed.text, offset: placed.replacing.lowerBound, service: entry.service))
  }

  /// A text that the user has asked for stands in the document now, without having been shown
  /// before.
  func inserted(_ id: String) async throws {
    guard let entry = ledger[id] else { return }
    for signal in [SuggestionLife.Signal.displayed, .accepted] {
      guard let stored = lives.receive(signal, id) else { continue }
      _ = try await entry.service.record(
        FeedbackRecord(
          suggestionID: id, event: stored.event,
          reason: stored.event == .accepted ? "inserted on request" : nil))
    }
    ledger.judge(id)
  }

  /// Stores the suggestion; what is offered once more goes on under its id.
  func store(
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

  func item(_ placed: PlacedText, _ id: String, _ document: Document) -> InlineCompletionItem {
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
