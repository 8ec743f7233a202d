public import LanguageModel
public import PromptMatching
public import Tokenizers

/// A language model, the adapter that tunes it, and how it is talked to: conversations become its
/// prompts.
public struct AnsweringModel: Sendable {
  public let model: LanguageModel
  public let template: ChatTemplate
  /// Applied to every answer; nil for the bare model.
  public var adapter: AdapterUse?

  /// Changes whenever prompts are written differently, so that remembered scores of the old form
  /// are not used.
  private static let promptForm = "chat-2"

  public var identity: EngineIdentity {
    EngineIdentity(
      model: model.identity, adapter: adapter?.identity,
      promptForm: "\(Self.promptForm)/\(template.kind.rawValue)/\(model.context)")
  }

  /// - Parameter chatTemplate: the name of a `ChatTemplate.Kind`, which takes precedence over what
  ///   the model's file says. A file without a template is a base model and gets Alpaca's.
  /// - Throws: `TokenizerError.unknownChatTemplate`.
  public init(_ model: LanguageModel, chatTemplate: String? = nil) throws(TokenizerError) {
    self.model = model
    template = try ChatTemplate(gguf: model.file, setting: chatTemplate)
  }

  /// The prompt of a conversation, each shot as a turn of its own.
  ///
  /// The best shot stands last, next to the request: a model attends most to what it has just
  /// read. The beginning stays the same from request to request, so its part of the cache is
  /// reused. Shots that leave no room for the answer are dropped, the least fitting first.
  ///
  /// - Parameter answerTokens: room that the answer needs.
  /// - Returns: the tokens, and which of the conversation's shots are in them.
  public func prompt(
    for conversation: Conversation, answerTokens: Int
  ) -> (tokens: [TokenID], shots: Range<Int>) {
    var used = conversation
    let count = conversation.shots.count
    while true {
      let tokens = model.tokenizer.encode(rendered(used))
      if used.shots.isEmpty || tokens.count + answerTokens <= model.context {
        return (tokens, count - used.shots.count..<count)
      }
      used.shots.removeFirst()
    }
  }

  /// The tokens of an answer that a prompt may be followed by.
  public func completion(_ text: String) -> [TokenID] {
    model.tokenizer.encode(text, parsingSpecial: false)
  }

  private func rendered(_ conversation: Conversation) -> ChatPrompt {
    var messages: [ChatMessage] = []
    for shot in conversation.shots {
      messages.append(ChatMessage(.user, shot.request.message))
      messages.append(ChatMessage(.assistant, shot.output))
    }
    messages.append(ChatMessage(.user, conversation.request.message))
    return template.render(messages: messages)
  }
}

extension InstructionRequest {
  /// What the model is told.
  fileprivate var message: String { input.isEmpty ? instruction : instruction + "\n\n" + input }
}
