package import LanguageModel
internal import PromptMatching
internal import Tokenizers

extension AnsweringModel {
  /// A conversation's prompt with its shots read apart from each other.
  ///
  /// The beginning ends where the first turn's words begin, and each block goes from a shot's first
  /// word to where the next turn's words begin. So the tokens are those of the ordinary prompt.
  ///
  /// - Returns: nil for a conversation without shots, and for one that continues a document.
  package func blockPrompt(
    for conversation: Conversation, answerTokens: Int
  ) -> BlockPrompt? {
    let used = prompt(for: conversation, answerTokens: answerTokens).shots
    guard conversation.request.context == nil, !used.isEmpty else { return nil }
    let (tokens, request) = requestTokens(of: Conversation(conversation.request))
    let beginning = Array(tokens[..<request.lowerBound])
    let rest = Array(tokens[request.lowerBound...])
    var blocks: [[TokenID]] = []
    for shot in conversation.shots[used] {
      let one = requestTokens(of: Conversation(conversation.request, shots: [shot]))
      guard one.tokens.starts(with: beginning), one.request.lowerBound > beginning.count,
        one.tokens[one.request.lowerBound...].elementsEqual(rest)
      else { return nil }
      blocks.append(Array(one.tokens[beginning.count..<one.request.lowerBound]))
    }
    return BlockPrompt(beginning: beginning, blocks: blocks, rest: rest)
  }
}
