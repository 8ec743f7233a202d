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
    var uri: String
    /// The instruction up to where the answer goes.
    var anchor: TextAnchor
    /// Its text.
    var head: String
    var unit: AnswerUnit
    var instruction: Instruction
    /// What stood there when the suggestion was made.
    var before: String
    var since: Duration
    /// What was stored last.
    var stored: String?
    var project: Project
  }

  init(context: SessionContext, lives: SuggestionLives) {
    self.context = context
    self.lives = lives
    context.heads.observe { [weak self] project in self?.look { $0.project === project } }
  }

  /// To be called when a suggestion is shown or withheld.
  ///
  /// - Parameter document: as it was then.
  func watch(
    _ suggestion: String, _ instruction: Instruction, _ unit: AnswerUnit?, in document: Document,
    _ project: Project
  ) {
    guard project.settings.learningOrDefault.standingTextOrDefault,
      let insertion = instruction.insertion,
      context.documents[document.uri]?.version == document.version,
      instruction.range.lowerBound < insertion.replacing.lowerBound
    else { return }
    let anchor = TextAnchor(instruction.range.lowerBound..<insertion.replacing.lowerBound)
    var watch = Watch(
      suggestion: suggestion, uri: document.uri, anchor: anchor,
      head: document.text.text(of: anchor.range).trimmed,
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
    for watch in watches {
      guard let document = context.documents[watch.uri],
        let standing = standing(watch, in: document)
      else { continue }
      state.withLock { watches in
        for place in watches.indices where watches[place].suggestion == watch.suggestion {
          watches[place].stored = standing.text
        }
      }
      store(standing, watch)
    }
  }

  private func standing(_ watch: Watch, in document: Document) -> StandingText? {
    let text = document.text
    guard watch.anchor.range.upperBound <= text.bytes.count,
      text.text(of: watch.anchor.range).trimmed == watch.head,
      context.harvestRefusal(watch.uri) == nil
    else { return nil }
    let block = Self.block(below: watch, in: text)
    guard !block.isEmpty, block != watch.before, block != watch.stored else { return nil }
    let kind: StandingKind =
      switch lives.acceptedText(watch.suggestion) {
      case let accepted? where Self.isSame(accepted, block): .accepted
      case .some: .edited
      case nil: .typed
      }
    return StandingText(block, kind: kind, at: context.clock.date)
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
    let bound = watch.unit.bound(
      text.text(of: start..<end), language: watch.instruction.language
    ).text
    let indentation = watch.instruction.indentation
    let lines = bound.lines.map { line in
      line.hasPrefix(indentation) ? String(line.dropFirst(indentation.count)) : line
    }
    return lines.joined(separator: "\n").trimmed
  }

  private func store(_ standing: StandingText, _ watch: Watch) {
    context.writes.run(about: watch.suggestion) { [context] in
      do { try await watch.project.record(standing, ofSuggestion: watch.suggestion) } catch {
        context.notices.log(
          "What stands below an instruction was not stored: \(ErrorWording.sentence(error))")
      }
    }
  }
}
