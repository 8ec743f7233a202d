public import Foundation

/// Why a model cannot be loaded or asked; each message says what to do.
public enum LanguageModelError: Error, Equatable, Sendable {
  /// The file is no model that this engine runs.
  case unsupported(path: String, what: String, supported: String)
  /// The file holds something else than a language model.
  case notAModel(path: String, what: String, advice: String)
  /// The file lacks something, or says things that do not fit each other.
  case damaged(path: String, reason: String)
  /// More tokens than the context holds.
  case promptTooLong(tokens: Int, context: Int)
  /// Nothing to answer to.
  case emptyPrompt
  /// An adapter that does not fit the model, or is none.
  case adapterUnusable(path: String, reason: String)
  /// A token that the model does not have.
  case unknownToken(id: Int, vocabulary: Int)
}

extension LanguageModelError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .unsupported(let path, let what, let supported):
      "\(path) has \(what), which is not supported; supported are \(supported)."
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
