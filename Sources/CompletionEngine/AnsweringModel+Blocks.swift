package import LanguageModel
internal import PromptMatching
internal import Tokenizers

extension AnsweringModel {
  /// A conversation's prompt as the model reads it: with its shots apart from each other where
  /// ``readsApart`` says so.
  ///
  /// - Returns: the prompt, and which of the conversation's shots are in it.
  package func readPrompt(
    for conversation: Conversation, answerTokens: Int
  ) -> (prompt: BlockPrompt, shots: Range<Int>) {
    let (tokens, used) = prompt(for: conversation, answerTokens: answerTokens)
    let shots = Array(conversation.shots[used])
    let apart = readsApart ? blocks(of: tokens, conversation.request, shots) : nil
    return (apart ?? BlockPrompt(tokens), used)
  }

  /// Takes a prompt apart.
  ///
  /// The beginning ends where the first turn's words begin, and each block goes from a shot's first
  /// word to where the next turn's words begin. A document has no beginning, and each block is an
  /// exemplar of it.
  ///
  /// - Returns: nil for a prompt without shots, and where tokens lie across such a place.
  private func blocks(
    of tokens: [TokenID], _ request: InstructionRequest, _ shots: [Demonstration]
  ) -> BlockPrompt? {
    guard !shots.isEmpty else { return nil }
    let isDocument = request.context != nil && continuesFiles
    let (bare, asked) = requestTokens(of: Conversation(request))
    let begin = isDocument ? 0 : asked.lowerBound
    let (beginning, rest) = (bare[..<begin], bare[begin...])
    let blocks = shots.map { shot in
      let one = prompt(for: Conversation(request, shots: [shot]), answerTokens: 0).tokens
      return Array(one.dropFirst(begin).dropLast(rest.count))
    }
    let apart = BlockPrompt(beginning: Array(beginning), blocks: blocks, rest: Array(rest))
    return apart.tokens == tokens ? apart : nil
  }
}
