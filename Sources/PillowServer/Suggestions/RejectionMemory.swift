import PillowProject
import PromptMatching
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

  /// How many recent suggestions are searched for rejections.
  private static let remembered = 2000

  /// Takes what a project's database knows of earlier sessions.
  func load(from project: Project) async throws {
    let suggestions = try await project.withPool {
      try $0.rejectedSuggestions(amongLatest: Self.remembered)
    }
    for suggestion in suggestions {
      let request = InstructionRequest(
        instruction: suggestion.instruction, input: suggestion.input,
        language: suggestion.language)
      rejected(request, suggestion.text)
    }
  }

  func rejected(_ request: InstructionRequest, _ text: String) {
    counts.withLock { $0[Self.key(request, text), default: 0] += 1 }
  }

  func isUnwanted(_ request: InstructionRequest, _ text: String) -> Bool {
    counts.withLock { $0[Self.key(request, text), default: 0] >= 2 }
  }

  /// A like context: the same words and language, whatever the case, the spaces and the file.
  private static func key(_ request: InstructionRequest, _ text: String) -> Key {
    Key(
      instruction: words(request.instruction.lowercased()), language: request.language,
      text: words(text))
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
