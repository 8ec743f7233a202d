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
  /// Whether exemplars are read apart from each other, so that one that is known costs no time
  /// (`BlockPrompt`).
  public var readsApart = false

  /// Changes whenever prompts are written differently, so that remembered scores of the old form
  /// are not used.
  private static let promptForm = "chat-3"

  /// Whether code is completed in its file's own form and not in a conversation.
  ///
  /// A small model without an adapter continues a file better than it answers about one. An adapter
  /// says what it was trained on.
  var continuesFiles: Bool { adapter?.adapter.completesFiles ?? true }

  public var identity: EngineIdentity {
    EngineIdentity(
      model: model.identity, adapter: adapter?.identity,
      promptForm: "\(Self.promptForm)/\(template.kind.rawValue)/\(model.context)"
        + (readsApart ? "/apart" : ""))
  }

  /// - Parameter chatTemplate: the name of a `ChatTemplate.Kind`, which takes precedence over what
  ///   the model's file says. A file without a template is a base model and gets Alpaca's.
  /// - Throws: `TokenizerError.unknownChatTemplate`.
  public init(_ model: LanguageModel, chatTemplate: String? = nil) throws(TokenizerError) {
    self.model = model
    template = try ChatTemplate(gguf: model.file, setting: chatTemplate)
  }

  /// The prompt of a conversation.
  ///
  /// - Parameter answerTokens: room that the answer needs.
  /// - Returns: the tokens, and which of the conversation's shots are in them.
  public func prompt(
    for conversation: Conversation, answerTokens: Int
  ) -> (tokens: [TokenID], shots: Range<Int>) {
    guard let context = conversation.request.context else {
      return form.prompt(
        for: conversation.request.shown, shots: conversation.shots.map(\.shown),
        answerTokens: answerTokens)
    }
    guard continuesFiles else {
      let opening = form.completion(context.opening)
      let (tokens, shots) = form.prompt(
        for: conversation.request.shown, shots: conversation.shots.map(\.shown),
        answerTokens: answerTokens + opening.count)
      return (tokens + opening, shots)
    }
    var used = conversation.shots[...]
    while true {
      let tokens = form.completion(PromptText.document(context, shots: Array(used)))
      if used.isEmpty || tokens.count + answerTokens <= model.context {
        return (tokens, used.indices)
      }
      used.removeFirst()
    }
  }

  /// The tokens of an answer that a prompt may be followed by.
  public func completion(_ text: String) -> [TokenID] { form.completion(text) }

  /// How prompts are written; training shares it.
  public var form: PromptForm {
    PromptForm(template: template, tokenizer: model.tokenizer, context: model.context)
  }

  /// The text of a prompt, for people who want to see it.
  public func text(for conversation: Conversation, answerTokens: Int) -> String {
    let tokens = prompt(for: conversation, answerTokens: answerTokens).tokens
    return model.tokenizer.decode(tokens)
  }
}

extension InstructionRequest {
  fileprivate var shown: ShownExample { ShownExample(instruction: instruction, input: input) }
}

extension Demonstration {
  fileprivate var shown: ShownExample {
    ShownExample(instruction: instruction, input: input, output: output)
  }
}
