import Synchronization

/// Waits until typing pauses, in each document from its last change on: an editor that waits before
/// it asks has waited for the server, too.
final class TypingPauses: Sendable {
  /// Where the cursor stands in what is being typed.
  enum Typing {
    /// It may be half a word, so nothing is done for it before the pause, which is twice as long.
    case withinWord
    /// More is to be expected, and what is there is its beginning.
    case betweenWords
    case sentenceEnded

    init(_ text: TextBuffer, _ cursor: Int) {
      let last = text.text(of: max(0, cursor - 4)..<cursor).last
      switch last {
      case let last? where last.isLetter: self = .withinWord
      case let last? where ".:?!".contains(last) || last.isNewline: self = .sentenceEnded
      default: self = .betweenWords
      }
    }
  }

  /// Of pauses that are longer, since suggestions were rejected, no use is made.
  static let longestAhead = Duration.milliseconds(400)

  private let clock: any ServerClock
  private let lastChange = Mutex<[String: Duration]>([:])

  init(clock: any ServerClock) { self.clock = clock }

  func typed(in uri: String) {
    let now = clock.now
    lastChange.withLock { $0[uri] = now }
  }

  func forget(_ uri: String) { lastChange.withLock { $0[uri] = nil } }

  /// - Throws: `CancellationError`.
  func wait(_ pause: Duration, in uri: String, _ typing: Typing) async throws {
    let whole = typing == .withinWord ? min(pause * 2, Aggressiveness.limits.upperBound) : pause
    let passed = lastChange.withLock { $0[uri] }.map { clock.now - $0 } ?? .zero
    if whole > passed { try await clock.sleep(for: whole - passed) }
  }
}
