public import Foundation

/// Why a tokenizer or a chat template cannot be used; each message says what to do.
public enum TokenizerError: Error, Equatable, Sendable {
  /// The file names a kind of tokenizer that is not supported.
  case unsupportedModel(String, supported: [String])
  /// The file names a rule for splitting text into words that is not supported.
  case unsupportedPreTokenizer(String, supported: [String])
  /// The file's chat template is unknown, or the setting names an unknown one.
  case unknownChatTemplate(beginning: String, supported: [String])
  /// A list of the vocabulary is missing or does not match the others.
  case damaged(reason: String)
}

extension TokenizerError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unsupportedModel(let name, let supported):
      """
      The model's tokenizer is of the kind "\(name)", which is not supported: use a model whose \
      tokenizer is one of \(supported.joined(separator: ", ")).
      """
    case .unsupportedPreTokenizer(let name, let supported):
      """
      The model's tokenizer splits words by the rule "\(name)", which is not supported: use a \
      model with one of \(supported.joined(separator: ", ")).
      """
    case .unknownChatTemplate(let beginning, let supported):
      """
      The chat template that begins with "\(beginning)" is unknown: choose one with the setting \
      chatTemplate, or --chat-template (\(supported.joined(separator: ", "))).
      """
    case .damaged(let reason):
      "The model's vocabulary is damaged (\(reason)): fetch or convert the model again."
    }
  }
}
