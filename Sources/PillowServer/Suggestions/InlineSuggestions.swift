import CompletionEngine
import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import Settings
import Synchronization

/// `textDocument/inlineCompletion`: the language model's answer to the instruction at the cursor.
///
/// One request a document waits, and one generation runs (``Generations``). A newer request, or a
/// change of the document, answers the one before with `null` at once; the generation goes on as
/// long as what is typed fits it. Nothing to say is `[]`. An editor that asks by itself gets the
/// lines that are finished when its time is up, and the rest when it asks again.
final class InlineSuggestions: Sendable {
  private let context: SessionContext
  private let answers: AnswerCache
  private let offers: SuggestionOffers
  private let generations: Generations
  private let waiting = Mutex<[String: PendingAnswer]>([:])
  /// The last answer of each document: what is typed next may be its beginning.
  private let last = Mutex<[String: (key: AnswerCache.Key, offset: Int)]>([:])
  private let pauses: TypingPauses
  private let standing: StandingTexts

  init(
    context: SessionContext, answers: AnswerCache, offers: SuggestionOffers,
    generations: Generations, standing: StandingTexts
  ) {
    self.standing = standing
    self.context = context
    self.answers = answers
    self.offers = offers
    self.generations = generations
    pauses = TypingPauses(clock: context.clock)
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
  /// First the answer is given, then the generation looked for: one that is about to begin sees
  /// that its answer is given.
  func documentChanged(_ document: Document, _ edit: TextChange?) {
    pauses.typed(in: document.uri)
    supersede(document.uri)
    generations.documentChanged(
      document, cursor: edit.map { $0.range.lowerBound + $0.inserted } ?? 0)
  }

  /// The document was opened anew or closed.
  func documentLeft(_ uri: String) {
    pauses.forget(uri)
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
    let settings = context.settings(for: document.uri).inlineCompletionOrDefault
    guard settings.enabledOrDefault else { return Self.nothing }
    let cursor = document.text.offset(of: params.position, in: context.encoding)
    // 1 is what a user asks for; drafts of the protocol had other numbers.
    let isInvoked = params.context?.triggerKind == 1
    let wait = Wait(
      isAutomatic: !isInvoked, takesParts: !isInvoked && params.partialResultToken == nil,
      pause: offers.lives.pause(base: .milliseconds(settings.debounceOrDefault)))
    await context.staged.settle(document.uri)
    do {
      await context.prepareOpenings(for: document.uri)
      if let item = try await typedAlong(document, cursor, wait) { return [item] }
      guard let instruction = context.instruction(in: document, at: cursor),
        let insertion = instruction.insertion,
        isInvoked || context.unaskedRefusal(instruction, in: document) == nil
      else { return Self.nothing }
      let key = AnswerCache.Key(
        root: context.workspace.root(of: document.uri), request: instruction.request)
      let asked = Generations.Asked(
        key: key, offset: insertion.replacing.upperBound, uri: document.uri,
        instruction: instruction,
        candidates: isInvoked
          ? .requested(settings.candidatesOrDefault)
          : .automatic(settings.automaticCandidatesOrDefault),
        answer: answer, clientsToken: params.workDoneToken,
        onUserCancel: { [weak self] in self?.supersede(document.uri) })
      let result = try await result(asked, instruction, document, cursor, wait)
      last.withLock { $0[document.uri] = (key, asked.offset) }
      let project = try await context.workspace.project(for: document.uri)
      var judgement = judge(result.value, instruction, document.text, document.uri, project)
      // Who asks is shown the answer in any case.
      if isInvoked { judgement.showProbability = 1 }
      guard isInvoked || judgement.isShown else {
        await withhold(result, judgement, key, instruction, document, project)
        return Self.nothing
      }
      return try await items(
        result, judgement, isInvoked ? settings.candidatesOrDefault : 1, key, instruction, document,
        params, answer)
    } catch {
      context.report(error)
      return error is CancellationError ? Self.superseded : Self.nothing
    }
  }

  /// Whether an answer may be shown to somebody who has not asked for it.
  private func judge(
    _ value: AnswerCache.Value, _ instruction: Instruction, _ text: TextBuffer, _ uri: String,
    _ project: Project
  ) -> AnswerJudgement {
    AnswerJudgement.judge(
      AnswerCleaning.clean(value.completion.text, for: instruction), value, for: instruction,
      document: text.judged(for: instruction),
      eagerness: context.settings(for: uri).inlineCompletionOrDefault.eagernessOrDefault,
      in: project)
  }

  /// What is withheld is recorded all the same: what stands there later tells whether that was right.
  private func withhold(
    _ result: Generation.Result, _ judgement: AnswerJudgement, _ key: AnswerCache.Key,
    _ instruction: Instruction, _ document: Document, _ project: Project
  ) async {
    guard !result.isPart,
      let placed = offers.place(result.value.completion.text, instruction, document)
    else { return }
    var value = result.value
    value.judgement = judgement
    do {
      guard let id = try await offers.withhold(placed, value, key.request, in: document.uri) else {
        return
      }
      standing.watch(id, instruction, value.unit, in: document, project)
    } catch {
      context.notices.log(
        "A suggestion that was withheld was not recorded: \(ErrorWording.sentence(error))")
    }
  }

  // MARK: Waiting

  /// How long a request waits, and for what.
  private struct Wait {
    var isAutomatic: Bool
    /// Whether finished lines are enough, once the time for the whole is up.
    var takesParts: Bool
    /// In typing.
    var pause: Duration

    /// For the whole answer, after the pause: with it, somebody who looks up sees something.
    static let budget = Duration.milliseconds(200)
  }

  private func result(
    _ asked: Generations.Asked, _ instruction: Instruction, _ document: Document, _ cursor: Int,
    _ wait: Wait
  ) async throws -> Generation.Result {
    if let known = answers[asked.key] { return .whole(known) }
    guard wait.isAutomatic else {
      let generation = try await generations.generation(for: asked, isReleased: true)
      generation.release()
      return .whole(try await generation.value())
    }
    let typing = TypingPauses.Typing(document.text, cursor)
    var ahead: Generation?
    if typing != .withinWord, wait.pause <= TypingPauses.longestAhead {
      ahead = try await generations.generation(for: asked, isReleased: typing == .sentenceEnded)
    }
    try await pauses.wait(wait.pause, in: asked.uri, typing)
    let generation =
      if let ahead { ahead } else { try await generations.generation(for: asked, isReleased: true) }
    generation.release()
    return try await result(of: generation, wait) { [offers] part in
      offers.place(part, instruction, document) != nil
    }
  }

  private func result(
    of generation: Generation, _ wait: Wait, _ isWorthShowing: @escaping @Sendable (String) -> Bool
  ) async throws -> Generation.Result {
    // A part cannot be judged: how sure the engine is of the whole is not known yet.
    guard wait.takesParts, generation.givesParts else {
      return .whole(try await generation.value())
    }
    return try await generation.value(
      within: Wait.budget, context.clock, isWorthShowing: isWorthShowing)
  }

  /// The answer and its alternatives as items. With a token for partial results each goes out as
  /// soon as it is there, and the response itself holds none.
  private func items(
    _ result: Generation.Result, _ judgement: AnswerJudgement, _ wanted: Int,
    _ key: AnswerCache.Key, _ instruction: Instruction, _ document: Document,
    _ params: InlineCompletionRequest.Params, _ answer: PendingAnswer
  ) async throws -> InlineCompletionRequest.Result {
    let value = result.value
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
      var offered = AnswerCache.Value(match: value.match, completion: candidate)
      if items.isEmpty { offered.judgement = judgement }
      let item = try await offers.offer(
        placed, offered, key, document, isFirst: items.isEmpty, isPart: result.isPart)
      if let id = item.command?.arguments.first?.string {
        let project = try await context.workspace.project(for: document.uri)
        let first = items.first?.command?.arguments.first?.string
        standing.watch(id, beside: first, instruction, value.unit, in: document, project)
      }
      items.append(item)
      if let token = params.partialResultToken {
        context.connection.sendPartial([item], for: token)
      }
    }
    return params.partialResultToken == nil ? items : Self.nothing
  }

  // MARK: Typing along

  /// The rest of the document's answer, where the user types or has accepted what it begins with.
  private func typedAlong(
    _ document: Document, _ cursor: Int, _ wait: Wait
  ) async throws -> InlineCompletionItem? {
    guard let (typed, offset, result, key) = try await answerTyped(document, cursor, wait)
    else { return nil }
    let project = try await context.workspace.project(for: document.uri)
    // What was typed decides before what is best.
    let fitting = result.value.each.lazy.compactMap { value in
      typed.rest(of: AnswerCleaning.clean(value.completion.text, for: typed.instruction))
        .map { (value, $0) }
    }.first
    guard let (value, rest) = fitting,
      !wait.isAutomatic
        || judge(value, typed.instruction, typed.before, document.uri, project).isShown
    else { return nil }
    try Task.checkCancellation()
    let whole = PlacedText(replacing: offset..<offset, text: typed.typed + rest.text)
    let id = try await offers.show(
      whole, value, key.request, in: document.uri, isPart: result.isPart,
      typed: typed.typed.utf8.count)
    return offers.item(rest, id, document)
  }

  /// The answer that what was typed belongs to: the last one, or the one that is being written.
  private func answerTyped(
    _ document: Document, _ cursor: Int, _ wait: Wait
  ) async throws -> (TypedAlong, offset: Int, Generation.Result, AnswerCache.Key)? {
    if let (generation, typed) = generations.running(document, cursor: cursor) {
      if wait.isAutomatic, !generation.isReleased {
        try await pauses.wait(wait.pause, in: document.uri, .sentenceEnded)
      }
      generation.release()
      let result = try await result(of: generation, wait) { part in
        typed.rest(of: AnswerCleaning.clean(part, for: typed.instruction)) != nil
      }
      last.withLock { $0[document.uri] = (generation.key, generation.offset) }
      return (typed, generation.offset, result, generation.key)
    }
    guard let (key, offset) = last.withLock({ $0[document.uri] }), let value = answers[key],
      let typed = TypedAlong.find(
        key, from: offset, to: cursor, in: document,
        instruction: { self.context.instruction(in: $0, at: $1) })
    else { return nil }
    return (typed, offset, .whole(value), key)
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
