public import Foundation

/// Why a model cannot be loaded or used; each message says what to do.
public enum LanguageModelError: Error, Equatable, Sendable {
  /// The engine does not support the model in the file.
  case unsupported(path: String, what: String, supported: String)
  /// The file holds something else than a language model.
  case notAModel(path: String, what: String, advice: String)
  /// The file is incomplete or inconsistent.
  case damaged(path: String, reason: String)
  /// More tokens than the context holds.
  case promptTooLong(tokens: Int, context: Int)
  /// The prompt is empty.
  case emptyPrompt
  /// The adapter does not fit the model, or the file is not an adapter.
  case adapterUnusable(path: String, reason: String)
  /// The model does not have the token.
  case unknownToken(id: Int, vocabulary: Int)
}

extension LanguageModelError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .unsupported(let path, let what, let supported):
      "\(path) has \(what), which is not supported. Supported: \(supported)."
    case .notAModel(let path, let what, let advice):
      "\(path) is \(what), not a language model. \(advice)"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason). Fetch or convert the model again."
    case .promptTooLong(let tokens, let context):
      "The prompt has \(tokens) tokens and the context holds \(context): shorten the input, or use "
        + "fewer shots."
    case .emptyPrompt:
      "The prompt is empty: give the model some text."
    case .adapterUnusable(let path, let reason):
      "The adapter \(path) cannot be used: \(reason). Use one that was made for this model."
    case .unknownToken(let id, let vocabulary):
      "There is no token \(id): the vocabulary has \(vocabulary)."
    }
  }

  public var errorDescription: String? { description }
}
