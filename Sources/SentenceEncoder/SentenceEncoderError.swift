public import Foundation

/// Why a sentence encoder cannot be loaded; each message says what to do.
public enum SentenceEncoderError: Error, Equatable, Sendable {
  /// A file in the model's folder is missing or cannot be read.
  case unreadable(path: String, reason: String)
  /// A file violates its format.
  case damaged(path: String, reason: String)
  /// The model is of a kind that this encoder cannot run.
  case unsupported(path: String, reason: String)
}

extension SentenceEncoderError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "Cannot read \(path) (\(reason)): run `pillow-lsp model fetch minilm-l6-v2`."
    case .damaged(let path, let reason):
      "\(path) is damaged (\(reason)): run `pillow-lsp model fetch minilm-l6-v2` to replace it."
    case .unsupported(let path, let reason):
      "\(path) describes a model that this encoder cannot run (\(reason)): use all-MiniLM-L6-v2."
    }
  }
}
