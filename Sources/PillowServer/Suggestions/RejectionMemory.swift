import PillowProject
import PromptMatching
import PromptPool
import Synchronization

/// What was rejected in answer to what. One reject keeps a text away from its document; after two
/// it is offered nowhere, also not by a server that was started since.
final class RejectionMemory: Sendable {
  private struct Key: Hashable {
    var instruction: String
    var language: String?
    var text: String
  }

  private struct Place: Hashable {
    var uri: String
    var key: Key
  }

  private let counts = Mutex<[Key: Int]>([:])
  private let places = Mutex<Set<Place>>([])

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
      rejected(request, suggestion.text, in: suggestion.documentURI)
    }
  }

  func rejected(_ request: InstructionRequest, _ text: String, in uri: String? = nil) {
    let key = Self.key(request, text)
    counts.withLock { $0[key, default: 0] += 1 }
    if let uri { places.withLock { _ = $0.insert(Place(uri: uri, key: key)) } }
  }

  func isUnwanted(_ request: InstructionRequest, _ text: String, in uri: String) -> Bool {
    let key = Self.key(request, text)
    return counts.withLock { $0[key, default: 0] >= 2 }
      || places.withLock { $0.contains(Place(uri: uri, key: key)) }
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
