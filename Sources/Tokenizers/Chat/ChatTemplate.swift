public import ModelFormats

/// How a conversation is rendered for a model.
///
/// Model files contain a template in the language Jinja. It is not executed. Instead, it is
/// recognised as one of the common templates, whose few variants are read from its text.
public struct ChatTemplate: Equatable, Sendable {
  /// The common templates, by their names in the setting `chatTemplate`.
  public enum Kind: String, CaseIterable, Sendable {
    /// `<|im_start|>user … <|im_end|>`: SmolLM2, Qwen.
    case chatML = "chatml"
    /// `<|start_header_id|>user<|end_header_id|> … <|eot_id|>`
    case llama3
    /// `<start_of_turn>user … <end_of_turn>`
    case gemma
    /// `[INST] … [/INST]`
    case mistral
    /// `<|user|> … </s>`
    case zephyr
    /// `<|user|> … <|end|>`: Phi.
    case phi
    /// `<|start_of_role|>user<|end_of_role|> … <|end_of_text|>`
    case granite
    /// `### Instruction: … ### Response:`, for base models.
    case alpaca
  }

  public let kind: Kind
  /// The system message that is used if the conversation has none.
  public var defaultSystemMessage: String?
  /// The text of the beginning token.
  public var beginning: String
  /// The text of the end token.
  public var end: String
  /// The date that Llama 3.1 and later are told: the template's own, so that prompts do not change.
  public var date: String?
  /// What the assistant's turn begins with where a reasoning model is not to reason: an empty block
  /// of thoughts, as its own template writes it.
  public var noThinking = ""
  /// Whether a token of its own ends a turn, so that no text need be searched for it.
  public var endsByToken = false
  var mistral = MistralSpacing()
  /// What follows the names of roles and the ends of turns (Phi).
  var phiLineEnd = "\n"
  /// Whether a conversation that the assistant does not continue is followed by the end token (Phi).
  var closesConversations = false

  /// The usual variant of a kind.
  public init(_ kind: Kind) {
    self.kind = kind
    (beginning, end) =
      switch kind {
      case .chatML: ("", "<|im_end|>")
      case .llama3: ("<|begin_of_text|>", "<|eot_id|>")
      case .gemma: ("<bos>", "<eos>")
      case .mistral, .zephyr: ("<s>", "</s>")
      case .phi: ("", "<|endoftext|>")
      case .granite: ("", "<|end_of_text|>")
      case .alpaca: ("", "")
      }
  }

  /// The template in a model file; Alpaca's if there is none.
  ///
  /// - Parameter setting: The name of a ``Kind``, which overrides the file.
  /// - Throws: ``TokenizerError/unknownChatTemplate(beginning:supported:)``.
  public init(gguf: GGUFFile, setting: String? = nil) throws(TokenizerError) {
    let metadata = gguf.metadata
    let template = metadata.string("tokenizer.chat_template")
    let tokens = metadata.strings("tokenizer.ggml.tokens")
    func text(_ name: String) -> String? {
      guard let tokens, let id = metadata.int("tokenizer.ggml.\(name)_token_id"),
        tokens.indices.contains(id)
      else { return nil }
      return tokens.string(at: id)
    }
    try self.init(
      template, setting: setting, beginning: text("bos"), end: text("eos"))
    guard let tokens, let end = endText else { return }
    // The token is nearly always one that the file names; otherwise it is looked for.
    endsByToken =
      text("eos") == end || text("eot") == end || tokens.contains { $0.elementsEqual(end.utf8) }
  }

  /// Recognises a template by its text.
  ///
  /// - Parameters:
  ///   - template: In Jinja; if missing, Alpaca's is used.
  ///   - setting: The name of a ``Kind``, which overrides the text.
  ///   - beginning: The text of the beginning token.
  ///   - end: The text of the end token.
  /// - Throws: ``TokenizerError/unknownChatTemplate(beginning:supported:)``.
  public init(
    _ template: String?, setting: String? = nil, beginning: String? = nil, end: String? = nil
  ) throws(TokenizerError) {
    if let setting {
      guard let kind = Kind(rawValue: setting) else { throw Self.unknown(setting) }
      self.init(kind)
      // The file's variants apply only to the template in the file.
      guard let template, ChatTemplateText(template).kind == kind else { return }
    } else if let template, !template.isEmpty {
      guard let kind = ChatTemplateText(template).kind else { throw Self.unknown(template) }
      self.init(kind)
    } else {
      self.init(.alpaca)
      return
    }
    if let template {
      read(ChatTemplateText(template))
      noThinking = ChatTemplateText(template).noThinking ?? ""
    }
    if let beginning, !self.beginning.isEmpty { self.beginning = beginning }
    if let end, [.mistral, .zephyr, .phi].contains(kind) { self.end = end }
  }

  private mutating func read(_ text: ChatTemplateText) {
    switch kind {
    case .chatML: defaultSystemMessage = text.chatMLSystemMessage
    case .llama3: date = text.llamaDate
    case .mistral: mistral = MistralSpacing(text)
    case .phi:
      phiLineEnd = text.contains("<|end|>\n") || text.contains("'<|end|>' + '\n'") ? "\n" : ""
      closesConversations = text.contains("eos_token")
      if text.contains("bos_token") { beginning = "<s>" }
    case .gemma, .zephyr, .granite, .alpaca: break
    }
  }

  private static func unknown(_ text: String) -> TokenizerError {
    .unknownChatTemplate(
      beginning: String(text.prefix(60)), supported: Kind.allCases.map(\.rawValue))
  }

  /// How the end of an assistant's turn is written; nil where it has no end of its own.
  public var endText: String? {
    switch kind {
    case .chatML: "<|im_end|>"
    case .llama3: "<|eot_id|>"
    case .gemma: "<end_of_turn>"
    case .phi: "<|end|>"
    case .mistral, .zephyr, .granite: end
    case .alpaca: nil
    }
  }

  /// Texts at which an answer ends, for models that have no token which ends it. Where there is one,
  /// the same letters in an answer are content: code about templates, HTML.
  public var stopTexts: [String] {
    guard let endText else { return ["\n### Instruction:", "\n### Response:"] }
    return endsByToken ? [] : [endText]
  }
}
