import CompletionEngine
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptMatching
import PromptPool

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

    /// The next answer: one that was made along with the first, or a new one, which ends where the
    /// first would.
    private func answer() async throws -> Completion {
      if tried == 0 { return value.completion }
      if tried <= value.others.count { return value.others[tried - 1] }
      let project = try await offers.context.workspace.project(for: document.uri)
      let number = value.draws + tried - 1 - value.others.count
      var options = CandidateOptions()
      options.completion = project.completionOptions
      if let unit = value.unit {
        options.completion?.isComplete = AnswerCleaning.isComplete(for: key.request, unit)
      }
      let made = try await project.candidates(
        number..<number + 1, for: key.request, match: value.match, options: options)
      var other = made.first?.completion ?? value.completion
      if let unit = value.unit {
        other.text = unit.bound(other.text, language: key.request.language).text
      }
      return other
    }

    mutating func next() async throws -> Completion? {
      // As many further tries as there are candidates: a small model repeats itself.
      while found < wanted, tried <= Swift.max(wanted, value.others.count) {
        try Task.checkCancellation()
        let completion = try await answer()
        tried += 1
        guard let placed = offers.place(completion.text, instruction, document),
          seen.insert(placed.text).inserted,
          !offers.rejections.isUnwanted(key.request, placed.text, in: document.uri)
        else { continue }
        found += 1
        return completion
      }
      return nil
    }
  }

  /// Stores it, lets its life begin, and makes an item of it.
  func offer(
    _ placed: PlacedText, _ value: AnswerCache.Value, _ key: AnswerCache.Key, _ document: Document,
    isFirst: Bool, isPart: Bool
  ) async throws -> InlineCompletionItem {
    let id: String
    if isFirst {
      id = try await show(placed, value, key.request, in: document.uri, isPart: isPart)
    } else {
      id = try await list(placed, value, key.request, in: document.uri)
    }
    return item(placed, id, document)
  }

  /// It goes to the screen with the reply: stored together with that, in one transaction.
  ///
  /// - Parameters:
  ///   - isPart: whether more of the answer is being written.
  ///   - typed: how many bytes of it are there already.
  func show(
    _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest,
    in uri: String, isPart: Bool, typed: Int = 0
  ) async throws -> String {
    let project = try await context.workspace.project(for: uri)
    let grown = lives.growing(in: uri, at: placed.replacing.lowerBound, into: placed.text)
    let (id, isNew) = grown.map { ($0, false) } ?? identify(placed, request, uri, project)
    if let grown {
      ledger.grow(grown, to: placed.text)
      let draws = suggestion(grown, placed, value, request, uri).draws
      try await project.withPool { try $0.grow(grown, to: placed.text, draws: draws) }
    }
    let life = SuggestionLives.Life(
      uri: uri, text: placed.text, offset: placed.replacing.lowerBound, isPart: isPart,
      typed: typed, project: project)
    let shown = lives.offered(id, life).map { [$0.feedback(on: id, at: context.clock.date)] } ?? []
    if isNew {
      try await record(id, placed, value, request, uri, project, shown)
    } else {
      for event in shown { _ = try await project.record(event) }
    }
    return id
  }

  /// It may be accepted from now on; whether and when it is shown, only the client knows.
  func list(
    _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest, in uri: String
  ) async throws -> String {
    let id = try await store(placed, value, request, uri)
    guard let entry = ledger[id] else { return id }
    lives.listed(
      id,
      .init(
        uri: uri, text: placed.text, offset: placed.replacing.lowerBound, project: entry.project))
    return id
  }

  /// It is kept from being shown, and recorded: what the person writes instead tells whether that was
  /// right.
  ///
  /// - Returns: nil where it was recorded already.
  func withhold(
    _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest, in uri: String
  ) async throws -> String? {
    let project = try await context.workspace.project(for: uri)
    let (id, isNew) = identify(placed, request, uri, project)
    guard isNew else { return nil }
    var value = value
    value.isWithheld = true
    try await record(id, placed, value, request, uri, project, [])
    return id
  }

  /// A text that the user has asked for stands in the document now, without having been shown
  /// before.
  func inserted(_ id: String) async throws {
    guard let entry = ledger[id] else { return }
    for signal in [SuggestionLife.Signal.displayed, .accepted] {
      guard var stored = lives.receive(signal, id) else { continue }
      if stored.event == .accepted { stored.reason = "inserted on request" }
      if try await entry.project.record(stored.feedback(on: id, at: context.clock.date)) {
        lives.stored(stored, id)
      }
    }
    ledger.judge(id)
  }

  /// Stores the suggestion; what is offered once more goes on under its id.
  func store(
    _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest, _ uri: String
  ) async throws -> String {
    let project = try await context.workspace.project(for: uri)
    let (id, isNew) = identify(placed, request, uri, project)
    if isNew { try await record(id, placed, value, request, uri, project, []) }
    return id
  }

  private func identify(
    _ placed: PlacedText, _ request: InstructionRequest, _ uri: String, _ project: Project
  ) -> (id: String, isNew: Bool) {
    let offer = SuggestionLedger.Entry.Offer(documentURI: uri, request: request, text: placed.text)
    if let id = ledger.unjudged(offer) { return (id, false) }
    let id = UUID().uuidString.lowercased()
    ledger.add(id, .init(project: project, offer: offer))
    return (id, true)
  }

  private func record(
    _ id: String, _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest,
    _ uri: String, _ project: Project, _ events: [Feedback]
  ) async throws {
    do {
      try await project.record(
        suggestion(id, placed, value, request, uri), events: events, match: value.match,
        evidence: value.judgement?.evidence?.values ?? [],
        showProbability: value.isWithheld ? 0 : value.judgement?.showProbability ?? 1)
    } catch {
      ledger.judge(id)
      throw error
    }
  }

  private func suggestion(
    _ id: String, _ placed: PlacedText, _ value: AnswerCache.Value, _ request: InstructionRequest,
    _ uri: String
  ) -> Suggestion {
    var suggestion = Suggestion(
      id: id, at: context.clock.date, documentURI: uri, request: request, match: value.match,
      completion: value.completion, text: placed.text)
    suggestion.gateScore = value.judgement?.probability
    suggestion.isWithheld = value.isWithheld
    return suggestion
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
