/// An instruction with its optional input and its answer, as a prompt shows it.
public struct ShownExample: Sendable, Hashable {
  public var instruction: String
  public var input: String
  /// Empty for the instruction that is to be answered.
  public var output: String

  public init(instruction: String, input: String = "", output: String = "") {
    self.instruction = instruction
    self.input = input
    self.output = output
  }

  /// What the model is told.
  public var message: String { input.isEmpty ? instruction : instruction + "\n\n" + input }
}

/// How instructions become prompts, the same in serving and in training.
public struct PromptForm: Sendable {
  public let template: ChatTemplate
  public let tokenizer: Tokenizer
  /// Tokens of prompt and answer together.
  public let context: Int

  public init(template: ChatTemplate, tokenizer: Tokenizer, context: Int) {
    self.template = template
    self.tokenizer = tokenizer
    self.context = context
  }

  /// The prompt of an instruction with its shots, each as a turn of its own.
  ///
  /// Shots stand in the prompt's order, the best one last, next to the instruction: a model attends
  /// most to what it has just read. The beginning stays the same from request to request, so its
  /// part of the cache is reused. Shots that leave no room for the answer are dropped, the first
  /// ones first.
  ///
  /// - Parameter answerTokens: room that the answer needs.
  /// - Returns: the tokens, and the places of the shots that are in them.
  public func prompt(
    for request: ShownExample, shots: [ShownExample], answerTokens: Int
  ) -> (tokens: [TokenID], shots: Range<Int>) {
    var used = shots[...]
    while true {
      let tokens = tokenizer.encode(conversation(request, shots: used))
      if used.isEmpty || tokens.count + answerTokens <= context { return (tokens, used.indices) }
      used.removeFirst()
    }
  }

  /// The tokens of an answer that a prompt may be followed by.
  public func completion(_ text: String) -> [TokenID] {
    tokenizer.encode(text, parsingSpecial: false)
  }

  /// What a model writes when its answer is complete.
  public var answerEnd: [TokenID] {
    if let text = template.endText, let id = tokenizer.id(of: text) { return [id] }
    return (tokenizer.endOfTurn ?? tokenizer.end).map { [$0] } ?? []
  }

  private func conversation(_ request: ShownExample, shots: ArraySlice<ShownExample>) -> ChatPrompt
  {
    var messages: [ChatMessage] = []
    for shot in shots {
      messages.append(ChatMessage(.user, shot.message))
      messages.append(ChatMessage(.assistant, shot.output))
    }
    messages.append(ChatMessage(.user, request.message))
    return template.render(messages: messages)
  }
}
