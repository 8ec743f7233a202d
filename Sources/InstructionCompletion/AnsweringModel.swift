public import LanguageModel
public import PromptPool
public import Tokenizers

/// A language model, the adapter that tunes it, and how it is talked to: instructions become its
/// prompts.
public struct AnsweringModel: Sendable {
  public let model: LanguageModel
  public let template: ChatTemplate
  /// What every answer is made with; nil for the bare model.
  public var adapter: AdapterUse?

  /// Tells models with their adapters apart by what is in their files.
  public var weightsIdentity: String {
    ([model.identity] + (adapter.map { [$0.identity] } ?? [])).joined(separator: "+")
  }

  /// - Parameter chatTemplate: the name of a `ChatTemplate.Kind`, which goes before what the
  ///   model's file says; a file without a template is a base model and gets Alpaca's.
  /// - Throws: `TokenizerError.unknownChatTemplate`.
  public init(_ model: LanguageModel, chatTemplate: String? = nil) throws(TokenizerError) {
    self.model = model
    template = try ChatTemplate(gguf: model.file, setting: chatTemplate)
  }

  /// The prompt of a request with its shots, each as a turn of its own.
  ///
  /// Shots come best first and stand best last, next to the request: a model heeds most what it has
  /// just read. What they begin with stays the same from request to request, so that its part of
  /// the cache is used again. Shots that leave no room for the answer are left out, the least
  /// fitting first.
  ///
  /// - Parameter answerTokens: room that the answer needs.
  /// - Returns: the tokens, and how many shots are in them.
  public func prompt(
    for request: InstructionRequest, shots: [Exemplar], answerTokens: Int
  ) -> (tokens: [TokenID], shots: Int) {
    form.prompt(
      for: request.shown, shots: shots.map(\.shown), answerTokens: answerTokens)
  }

  /// The tokens of an answer that a prompt may be followed by.
  public func completion(_ text: String) -> [TokenID] { form.completion(text) }

  /// The form that training shares.
  public var form: PromptForm {
    PromptForm(template: template, tokenizer: model.tokenizer, context: model.context)
  }
}

extension InstructionRequest {
  fileprivate var shown: ShownExample { ShownExample(instruction: instruction, input: input) }
}

extension Exemplar {
  fileprivate var shown: ShownExample {
    ShownExample(instruction: instruction, input: input, output: output)
  }
}
