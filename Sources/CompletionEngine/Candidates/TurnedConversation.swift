import PromptMatching

extension Conversation {
  /// The conversation with the roles turned round: what would one have asked for to get this answer?
  /// How likely the instruction is then tells whether the answer is one to it (noisy channel: ln p(x|y)
  /// beside ln p(y|x)).
  ///
  /// - Parameter shots: how many of the exemplars are shown, the best ones.
  public func turned(_ answer: String, shots count: Int) -> ConversationAnswer {
    let turned = shots.suffix(count).map { shot in
      Demonstration(instruction: shot.output, output: shot.instruction)
    }
    return ConversationAnswer(
      Conversation(InstructionRequest(instruction: answer), shots: turned),
      answer: request.instruction)
  }
}

extension CompletionEngine {
  /// ln p of a conversation's instruction given each of some answers, per character of the
  /// instruction, in one call.
  ///
  /// - Parameter shots: how many exemplars show the way, turned round as well.
  /// - Returns: nil from an engine that cannot score texts.
  public func instructionLikelihoods(
    of answers: [String], _ conversation: Conversation, shots: Int
  ) async throws -> [Double]? {
    let asked = answers.map { conversation.turned($0, shots: shots) }
    let characters = Double(max(1, conversation.request.instruction.count))
    return try await likelihoods(of: asked)?.map { -$0.nll / characters }
  }
}
