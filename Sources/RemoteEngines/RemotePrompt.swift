import CompletionEngine
import PromptMatching
import Tokenizers

/// How a conversation is written for a server: as messages, or as a text to continue.
enum RemotePrompt: Sendable, Equatable {
  case messages([CompletionRequest.Message])
  case text(String, stops: [String])

  /// Changes whenever prompts are written differently.
  static let form = "remote-1"

  /// What a chat model has to know of its place. Small models do without it, and larger ones
  /// would talk.
  static let system =
    "You complete instructions in a text editor. Answer with exactly the text that belongs below "
    + "the last instruction, in the form of the earlier answers: no explanation, no greeting."

  /// The messages of a conversation: each shot is a turn.
  static func messages(
    _ request: InstructionRequest, shots: [Demonstration], withSystem: Bool
  ) -> [CompletionRequest.Message] {
    var result: [CompletionRequest.Message] = []
    if withSystem { result.append(.init(role: "system", content: system)) }
    for shot in shots {
      let shown = ShownExample(instruction: shot.instruction, input: shot.input)
      result.append(.init(role: "user", content: shown.message))
      result.append(.init(role: "assistant", content: shot.output))
    }
    result.append(.init(role: "user", content: question(request)))
    return result
  }

  private static func question(_ request: InstructionRequest) -> String {
    guard let context = request.context else {
      return ShownExample(instruction: request.instruction, input: request.input).message
    }
    var text = "Continue this file after its last line: \(request.instruction)\n"
    text += "Write only the code that comes next."
    if !context.opening.isEmpty { text += " Begin with `\(context.opening)`." }
    let fence = String(repeating: "`", count: max(3, longestTicks(context.above) + 1))
    return text + "\n\n\(fence)\(request.language ?? "")\n\(context.above)\n\(fence)"
  }

  private static func longestTicks(_ text: String) -> Int {
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// A conversation for a server that continues texts: the document in its own form, or the form of
  /// Alpaca, which every base model has seen.
  static func text(_ request: InstructionRequest, shots: [Demonstration]) -> RemotePrompt {
    if let context = request.context {
      return .text(PromptText.document(context, shots: shots), stops: [])
    }
    let template = ChatTemplate(.alpaca)
    let messages = messages(request, shots: shots, withSystem: false).map {
      ChatMessage($0.role == "user" ? .user : .assistant, $0.content)
    }
    return .text(template.render(messages: messages).text, stops: template.stopTexts)
  }

  /// How many tokens a text has at most, roughly: code has about three bytes to a token.
  static func estimatedTokens(_ text: String) -> Int { text.utf8.count / 3 + 4 }

  /// How many of the shots, counted from the last, surely find room.
  static func fitting(
    _ shots: [Demonstration], _ request: InstructionRequest, context: Int, answerTokens: Int
  ) -> Int {
    var left =
      context - answerTokens - estimatedTokens(system)
      - estimatedTokens(
        question(request) + (request.context?.above ?? ""))
    var count = 0
    for shot in shots.reversed() {
      left -= estimatedTokens(shot.instruction + shot.input) + estimatedTokens(shot.output)
      guard left >= 0 else { break }
      count += 1
    }
    return count
  }
}
