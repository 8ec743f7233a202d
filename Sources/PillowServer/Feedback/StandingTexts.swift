import ErrorWording
import Foundation
import PillowProject
import PromptMatching
import PromptPool
import Settings
import Synchronization

/// Looks after what finally stands below the instructions that were answered, or could have been:
/// after some minutes, when the document is saved or closed, at a commit, and at the end.
///
/// The place of an instruction goes along with the edits of its document. When the instruction itself
/// is changed, nothing is concluded any more. What stood there before counts as nothing written.
final class StandingTexts: Sendable {
  /// How long after the suggestion the first look is taken, and the last.
  static let looks: ClosedRange = Duration.seconds(120)...Duration.seconds(1800)

  private let context: SessionContext
  private let lives: SuggestionLives
  private let state = Mutex<[Watch]>([])
  /// The oldest ones give way.
  private static let most = 200

  private struct Watch {
    var suggestion: String
    /// The first of several answers at the same place, of which one may be chosen.
    var first: String
    var uri: String
    /// The instruction up to where the answer goes.
    var anchor: TextAnchor
    /// Its text.
    let head: String
    var unit: AnswerUnit
    var instruction: Instruction
    /// What stood there when the suggestion was made.
    var before: String
    var since: Duration
    /// What was stored last.
    var stored: Found?
    var project: Project
  }

  /// What stands below an instruction.
  private enum Found: Equatable {
    case text(String, StandingKind)
    /// What stood there is gone, or another answer was chosen.
    case nothing
  }

  init(context: SessionContext, lives: SuggestionLives) {
    self.context = context
    self.lives = lives
    context.heads.observe { [weak self] project in self?.look { $0.project === project } }
  }

  /// To be called when a suggestion is shown or withheld.
  ///
  /// - Parameters:
  ///   - first: the first of several answers that are offered together; nil for that one.
  ///   - document: as it was then.
  func watch(
    _ suggestion: String, beside first: String? = nil, _ instruction: Instruction,
    _ unit: AnswerUnit?, in document: Document, _ project: Project
  ) {
    guard isOn(document.uri), let insertion = instruction.insertion,
      context.documents[document.uri]?.version == document.version,
      instruction.range.lowerBound < insertion.replacing.lowerBound
    else { return }
    let anchor = TextAnchor(instruction.range.lowerBound..<insertion.replacing.lowerBound)
    var watch = Watch(
      suggestion: suggestion, first: first ?? suggestion, uri: document.uri, anchor: anchor,
      head: document.text.text(of: anchor.range),
      unit: Self.bounded(unit ?? AnswerUnit.of(instruction)), instruction: instruction, before: "",
      since: context.clock.now, project: project)
    watch.before = Self.block(below: watch, in: document.text)
    let added = watch
    state.withLock { watches in
      watches.removeAll { $0.suggestion == suggestion }
      watches.append(added)
      if watches.count > Self.most { watches.removeFirst() }
    }
  }

  /// The setting may be switched off while texts are looked after.
  private func isOn(_ uri: String) -> Bool {
    context.settings(for: uri).learningOrDefault.standingTextOrDefault
  }

  /// An answer without an end of its own ends with its paragraph: more would be the document.
  private static func bounded(_ unit: AnswerUnit) -> AnswerUnit {
    unit == .open ? .paragraph : unit
  }

  func changed(_ uri: String, _ changes: [TextChange]) {
    state.withLock { watches in
      for place in watches.indices where watches[place].uri == uri {
        for change in changes { watches[place].anchor.apply(change) }
      }
    }
  }

  /// The document was saved: what is finished so far counts.
  func saved(_ uri: String) { look { $0.uri == uri } }

  /// The document is about to be closed.
  func closing(_ uri: String) {
    look { $0.uri == uri }
    state.withLock { $0.removeAll { $0.uri == uri } }
  }

  /// Some time has passed.
  func lookAgain() {
    let now = context.clock.now
    look { now - $0.since >= Self.looks.lowerBound }
    state.withLock { $0.removeAll { now - $0.since > Self.looks.upperBound } }
  }

  /// The session ends.
  func ending() { look { _ in true } }

  // MARK: Looking

  private func look(_ isMeant: (Watch) -> Bool) {
    let watches = state.withLock { $0.filter(isMeant) }
    for var watch in watches {
      guard let document = context.documents[watch.uri],
        let anchor = Self.anchor(watch, in: document.text)
      else { continue }
      watch.anchor = anchor
      guard let found = found(watch, in: document), found != watch.stored else { continue }
      // Where nothing was stored, there is nothing to take back.
      guard found != .nothing || watch.stored != nil else { continue }
      state.withLock { watches in
        for place in watches.indices where watches[place].suggestion == watch.suggestion {
          watches[place].stored = found
          watches[place].anchor = anchor
        }
      }
      store(found, watch)
    }
  }

  /// Nil where nothing can be concluded.
  private func found(_ watch: Watch, in document: Document) -> Found? {
    guard isOn(watch.uri), context.harvestRefusal(watch.uri) == nil else { return nil }
    let block = Self.block(below: watch, in: document.text)
    let accepted = lives.acceptedText(watch.suggestion)
    if accepted == nil, watch.suggestion != watch.first || hasOtherChoice(watch) { return .nothing }
    guard !block.isEmpty, block != watch.before else { return .nothing }
    guard let accepted else { return .text(block, .typed) }
    return .text(block, Self.isSame(accepted, block) ? .accepted : .edited)
  }

  /// Documents beyond it are not searched, in bytes.
  private static let longestSearched = 400_000

  /// Where the instruction stands now: where its edits have moved it, or where it is found again after
  /// all of its document was replaced, as formatters do. Nil where it was changed, or stands twice.
  private static func anchor(_ watch: Watch, in text: TextBuffer) -> TextAnchor? {
    let range = watch.anchor.range
    if range.upperBound <= text.bytes.count,
      text.text(of: range).trimmed == watch.head.trimmed
    {
      return watch.anchor
    }
    guard text.bytes.count <= longestSearched, !watch.head.trimmed.isEmpty else { return nil }
    let places = text.occurrences(of: watch.head, in: 0..<text.bytes.count)
    guard let place = places.first, places.count == 1 else { return nil }
    return TextAnchor(place..<place + watch.head.utf8.count)
  }

  /// Whether another answer that was offered along with it was accepted: what stands there is that.
  private func hasOtherChoice(_ watch: Watch) -> Bool {
    let others = state.withLock { watches in
      watches.filter { $0.first == watch.first && $0.suggestion != watch.suggestion }
    }
    return others.contains { lives.acceptedText($0.suggestion) != nil }
  }

  /// Spaces and line ends, which a formatter changes, make no difference.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    KeptShare.tokens(a) == KeptShare.tokens(b)
  }

  /// The block below the instruction that belongs to it, without the document's indentation.
  private static func block(below watch: Watch, in text: TextBuffer) -> String {
    let start = watch.anchor.range.upperBound
    let end = min(text.bytes.count, start + 2 * StandingText.longest)
    guard start < end else { return "" }
    // The indentation in front of the answer says where its block ends.
    let lead = text.text(of: text.line(text.lineIndex(of: start)).lowerBound..<start)
    let isIndented = lead.allSatisfy { $0 == " " || $0 == "\t" }
    // Nothing grows at the document's end, as an answer does that is being written.
    let below = (isIndented ? lead : "") + text.text(of: start..<end) + "\n"
    let bound = watch.unit.bound(below, language: watch.instruction.language).text
    let indentation = isIndented && !lead.isEmpty ? lead : watch.instruction.indentation
    let lines = bound.lines.map { line in
      line.hasPrefix(indentation) ? String(line.dropFirst(indentation.count)) : line
    }
    return lines.joined(separator: "\n").trimmed
  }

  private func store(_ found: Found, _ watch: Watch) {
    let date = context.clock.date
    context.writes.run(about: watch.suggestion) { [context] in
      do {
        switch found {
        case .text(let text, let kind):
          try await watch.project.record(
            StandingText(text, kind: kind, at: date), ofSuggestion: watch.suggestion)
        case .nothing: try await watch.project.withdrawStandingText(ofSuggestion: watch.suggestion)
        }
      } catch {
        context.notices.log(
          "What stands below an instruction was not stored: \(ErrorWording.sentence(error))")
      }
    }
  }
}
