import ErrorWording
import Foundation
import PillowProject
import PromptPool
import Synchronization

/// The lives of a session's suggestions: feeds them with what the client says and with what it lets
/// be inferred.
final class SuggestionLives: Sendable {
  static let looks: [Duration] = [.seconds(30), .seconds(120), .seconds(300), .seconds(600)]

  private let context: SessionContext
  private let harvest: HarvestQuestions
  private let state = Mutex(State())
  private let aggressiveness = Mutex(Aggressiveness())

  fileprivate struct State {
    var lives: [String: Life] = [:]
    /// Oldest first; so many are remembered as the ledger holds.
    var order: [String] = []
    /// The suggestion that is on the screen of each document.
    var shown: [String: String] = [:]
    var kept: [String: Kept] = [:]
  }

  struct Life {
    fileprivate(set) var life = SuggestionLife()
    /// As it was before the last signal, in case that is not stored.
    fileprivate var before = SuggestionLife()
    var uri: String
    var text: String
    /// Where it is offered, in bytes.
    var offset: Int
    /// Whether it is the beginning of an answer that is still being written: taking it is taking a
    /// part.
    var isPart: Bool
    /// How much of it was there already when it was offered last, in bytes.
    var typed: Int
    var project: Project

    init(
      uri: String, text: String, offset: Int, isPart: Bool = false, typed: Int = 0,
      project: Project
    ) {
      self.uri = uri
      self.text = text
      self.offset = offset
      self.isPart = isPart
      self.typed = typed
      self.project = project
    }
  }

  /// An accepted text that is looked after.
  fileprivate struct Kept {
    var uri: String
    var text: String
    var near: Int
    var anchor: TextAnchor?
    var project: Project
  }

  init(context: SessionContext) {
    self.context = context
    harvest = HarvestQuestions(context: context)
  }

  /// How long typing has to pause now.
  func pause(base: Duration) -> Duration {
    aggressiveness.withLock { $0.pause(base: base, at: context.clock.now) }
  }

  // MARK: Signals

  /// A reply goes out with it: with clients that say no more, this is when it is shown. The same
  /// suggestion again, also the rest of it that is left to type, is still the same.
  ///
  /// - Returns: what is to be stored with the suggestion before the reply goes out.
  func offered(_ id: String, _ life: Life) -> SuggestionLife.Entry? {
    let before = state.withLock { state in
      let before = state.shown.updateValue(id, forKey: life.uri)
      state.begin(id, life)
      state.lives[id]?.typed = life.typed
      state.lives[id]?.text = life.text
      state.lives[id]?.isPart = life.isPart
      return before
    }
    if let before, before != id { store(before, .followed) }
    let entry = receive(.displayed, id)
    Task { [weak self, clock = context.clock] in
      try await clock.sleep(for: SuggestionLife.ignoredAfter)
      self?.store(id, .elapsed)
    }
    return entry
  }

  /// The suggestion of which a part is shown or was taken, if a text is more of it at the same place.
  func growing(in uri: String, at offset: Int, into text: String) -> String? {
    state.withLock { state in
      guard let id = state.shown[uri], let life = state.lives[id], life.isPart,
        life.offset == offset, text.hasPrefix(life.text),
        [.offered, .shown, .partlyAccepted].contains(life.life.phase)
      else { return nil }
      return id
    }
  }

  /// The answer of which a part was shown has ended. If there was nothing more to it, who took the
  /// part has taken all of it.
  func answerEnded(in uri: String, with answer: String) {
    let whole = KeptShare.tokens(answer)
    let taken: String? = state.withLock { state in
      guard let id = state.shown[uri], let life = state.lives[id], life.isPart,
        KeptShare.tokens(life.text) == whole
      else { return nil }
      state.lives[id]?.isPart = false
      return life.life.phase == .partlyAccepted ? id : nil
    }
    if let taken { store(taken, .accepted) }
  }

  /// A candidate beside the first: it may be accepted, and is not shown before it is chosen.
  func listed(_ id: String, _ life: Life) { state.withLock { $0.begin(id, life) } }

  /// A change of a document: its suggestion is typed along, or over; accepted texts move.
  func changed(_ document: Document, _ changes: [TextChange]) {
    state.withLock { state in
      for (id, kept) in state.kept where kept.uri == document.uri {
        var kept = kept
        for change in changes { kept.anchor?.apply(change) }
        if kept.anchor == nil { kept.anchor = Self.found(kept, in: document.text) }
        state.kept[id] = kept
      }
    }
    guard let (id, life) = shown(in: document.uri), let change = changes.last else { return }
    let end = change.range.lowerBound + change.inserted
    guard end >= life.offset, end <= document.text.bytes.count else {
      if end < life.offset { hide(document.uri) }
      return
    }
    let typed = document.text.text(of: life.offset..<end)
    if life.text == typed {
      // An accept inserts it all at once, and says so; what was typed bit by bit is told from that.
      if change.inserted < life.text.utf8.count - life.typed {
        store(id, .typedWhole(length: typed.utf16.count))
      }
    } else if life.text.hasPrefix(typed) {
      return
    } else if let other = alternative(to: id, life, beginningWith: typed) {
      // It was chosen in the list: the first was not typed over.
      store(id, .followed)
      state.withLock { $0.shown[document.uri] = other }
      store(other, .displayed)
    } else {
      store(id, .diverged(agreed: typed.commonPrefix(with: life.text).utf16.count))
      hide(document.uri)
    }
  }

  func closed(_ uri: String) {
    if let (id, _) = shown(in: uri) { store(id, .closed) }
    hide(uri)
    state.withLock { state in
      state.kept = state.kept.filter { $0.value.uri != uri }
    }
  }

  /// What the client says itself.
  ///
  /// - Returns: what is to be stored; `nil` when it changes nothing, or is not of this session.
  func receive(_ signal: SuggestionLife.Signal, _ id: String) -> SuggestionLife.Entry? {
    let now = context.clock.now
    let entry: SuggestionLife.Entry?? = state.withLock { state in
      guard let life = state.lives[id] else { return .none }
      var signal = signal
      switch signal {
      case .accepted where life.isPart, .typedWhole where life.isPart:
        signal = .partlyAccepted(life.text.utf16.count)
      default: break
      }
      state.lives[id]?.before = life.life
      return .some(state.lives[id]?.life.receive(signal, at: now))
    }
    guard let known = entry, let stored = known else { return nil }
    if stored.event == .accepted { aggressiveness.withLock { $0.judged(accepted: true, at: now) } }
    if stored.event == .rejected { aggressiveness.withLock { $0.judged(accepted: false, at: now) } }
    if stored.event == .accepted { keep(id) }
    return stored
  }

  /// What the last signal gave could not be stored: the client may say it once more.
  func takeBack(_ id: String) {
    state.withLock { state in
      guard let life = state.lives[id] else { return }
      state.lives[id]?.life = life.before
      state.kept[id] = nil
    }
  }

  /// The entry is in the database: from now on what is kept of an accepted text is looked at, so
  /// that no look is stored before the accept.
  func stored(_ entry: SuggestionLife.Entry, _ id: String) {
    guard entry.event == .accepted else { return }
    Task { [weak self, clock = context.clock] in
      var waited = Duration.zero
      for look in Self.looks {
        try await clock.sleep(for: look - waited)
        waited = look
        self?.look(id, after: look)
      }
      self?.forgetKept(id)
    }
  }

  /// The text of a suggestion that was accepted; nil for others.
  func acceptedText(_ id: String) -> String? {
    state.withLock { state in
      guard let life = state.lives[id],
        life.life.phase == .accepted || life.life.phase == .partlyAccepted
      else { return nil }
      return life.text
    }
  }

  func isKnown(_ id: String) -> Bool { state.withLock { $0.lives[id] != nil } }

  // MARK: Helpers

  private func shown(in uri: String) -> (String, Life)? {
    state.withLock { state in
      guard let id = state.shown[uri], let life = state.lives[id] else { return nil }
      return (id, life)
    }
  }

  /// The answer beside one, offered at the same place, that begins with a text.
  private func alternative(to id: String, _ life: Life, beginningWith text: String) -> String? {
    state.withLock { state in
      state.order.last { other in
        guard other != id, let listed = state.lives[other] else { return false }
        return listed.uri == life.uri && listed.offset == life.offset
          && listed.life.phase == .offered && listed.text.hasPrefix(text)
      }
    }
  }

  private func hide(_ uri: String) { state.withLock { $0.shown[uri] = nil } }

  private func store(_ id: String, _ signal: SuggestionLife.Signal) {
    guard let entry = receive(signal, id),
      let project = state.withLock({ $0.lives[id]?.project })
    else { return }
    write(entry.feedback(on: id, at: context.clock.date), project) { [weak self] in
      self?.stored(entry, id)
    }
  }

  private func write(
    _ record: Feedback, _ project: Project,
    then next: @escaping @Sendable () async -> Void = {}
  ) {
    context.writes.run(about: record.suggestionID) { [context] in
      do { if try await project.record(record) { await next() } } catch {
        context.notices.log(
          "What became of a suggestion was not stored: \(ErrorWording.sentence(error))")
      }
    }
  }

  // MARK: What is kept

  private func keep(_ id: String) {
    guard let life = state.withLock({ $0.lives[id] }) else { return }
    var kept = Kept(
      uri: life.uri, text: life.text, near: life.offset, anchor: nil, project: life.project)
    if let document = context.documents[life.uri] {
      kept.anchor = Self.found(kept, in: document.text)
    }
    state.withLock { state in
      state.kept[id] = kept
      if state.shown[life.uri] == id { state.shown[life.uri] = nil }
    }
  }

  private func forgetKept(_ id: String) { state.withLock { $0.kept[id] = nil } }

  private func look(_ id: String, after: Duration) {
    guard let kept = state.withLock({ $0.kept[id] }), let anchor = kept.anchor,
      let document = context.documents[kept.uri]
    else { return }
    let share = KeptShare.share(
      of: kept.text, in: document.text.text(of: anchor.range), document: document.text.string)
    write(
      Feedback(
        suggestionID: id, event: .kept, at: context.clock.date, keptShare: share,
        secondsAfterAccept: after / .seconds(1)),
      kept.project
    ) { [harvest] in await harvest.kept(id, in: kept.uri, kept.project) }
  }

  /// Where an accepted text stands: the occurrence that is nearest to where it was offered.
  private static func found(_ kept: Kept, in text: TextBuffer) -> TextAnchor? {
    guard !kept.text.isEmpty else { return nil }
    let start = max(0, kept.near - 20_000)
    let end = min(text.bytes.count, kept.near + 20_000 + kept.text.utf8.count)
    guard start < end else { return nil }
    let nearest = text.occurrences(of: kept.text, in: start..<end)
      .min { abs($0 - kept.near) < abs($1 - kept.near) }
    return nearest.map { TextAnchor($0..<$0 + kept.text.utf8.count) }
  }
}

extension SuggestionLives.State {
  private static let most = 1000

  /// A suggestion that is offered once more goes on with its life.
  fileprivate mutating func begin(_ id: String, _ life: SuggestionLives.Life) {
    guard lives[id] == nil else { return }
    lives[id] = life
    order.append(id)
    guard order.count > Self.most else { return }
    // What is on a screen, or is being looked after, is not the oldest of a thousand for long.
    let oldest = order.removeFirst()
    if kept[oldest] != nil || shown.values.contains(oldest) {
      order.append(oldest)
    } else {
      lives[oldest] = nil
    }
  }
}
