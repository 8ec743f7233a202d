import PromptPool
import Synchronization

/// What was rejected in answer to what: twice is enough, a third time it is not offered, also not
/// by a server that was started since.
final class RejectionMemory: Sendable {
  private struct Key: Hashable {
    var instruction: String
    var language: String?
    var text: String
  }

  private let counts = Mutex<[Key: Int]>([:])

  /// Of so many suggestions, the latest ones, it is looked up what was rejected.
  private static let remembered = 2000

  /// Takes what a project's database knows of earlier sessions.
  func load(from pool: PromptPool) throws {
    for suggestion in try pool.rejectedSuggestions(amongLatest: Self.remembered) {
      let query = InstructionQuery(
        instruction: suggestion.instruction, input: suggestion.input,
        language: suggestion.language)
      rejected(query, suggestion.text)
    }
  }

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
