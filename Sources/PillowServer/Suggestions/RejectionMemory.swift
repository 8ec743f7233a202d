import Synchronization

/// What was rejected in answer to what: twice is enough, a third time it is not offered.
final class RejectionMemory: Sendable {
  private struct Key: Hashable {
    var instruction: String
    var language: String?
    var text: String
  }

  private let counts = Mutex<[Key: Int]>([:])

  func rejected(_ query: InstructionQuery, _ text: String) {
    counts.withLock { $0[Self.key(query, text), default: 0] += 1 }
  }

  func isUnwanted(_ query: InstructionQuery, _ text: String) -> Bool {
    counts.withLock { $0[Self.key(query, text), default: 0] >= 2 }
  }

  /// A like context: the same words and language, whatever the case, the spaces and the file.
  private static func key(_ query: InstructionQuery, _ text: String) -> Key {
    Key(
      instruction: words(query.instruction.lowercased()), language: query.language,
      text: words(text))
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
