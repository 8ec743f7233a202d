internal import PromptMatching
package import Tokenizers

extension AnsweringModel {
  /// A conversation's prompt, and the range of the tokens that its request is written in.
  ///
  /// What surrounds the request is what stays the same when another request stands in its place.
  package func requestTokens(
    of conversation: Conversation
  ) -> (tokens: [TokenID], request: Range<Int>) {
    let (tokens, shots) = prompt(for: conversation, answerTokens: 0)
    var other = conversation
    other.shots = Array(conversation.shots[shots])
    other.request = InstructionRequest(instruction: Self.placeholder)
    if let context = conversation.request.context {
      other.request.context = PromptContext(
        above: Self.placeholder, opening: context.opening, commentMark: context.commentMark)
    }
    let frame = prompt(for: other, answerTokens: 0).tokens
    let before = zip(tokens, frame).prefix { $0 == $1 }.count
    let after = zip(tokens.reversed(), frame.reversed()).prefix { $0 == $1 }.count
    // A prompt has a token before the request, whose logits score the request's first.
    let start = max(1, min(before, tokens.count))
    return (tokens, start..<max(start, min(tokens.count, tokens.count - after)))
  }

  /// No request begins or ends with it.
  private static let placeholder = "\u{2}"
}
