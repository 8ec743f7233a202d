public import Foundation

/// Why a model cannot be used; each message says what to do.
public enum ModelError: Error, Equatable, Sendable {
  /// A model that is needed is not installed.
  case modelMissing(name: String)
  /// A name in another program's store means no usable model; `reason` is a sentence that says what
  /// to do.
  case modelUnresolved(reason: String)
  /// A model is installed but cannot be used.
  case modelUnusable(name: String, reason: String)
  /// A model file that was named cannot be used.
  case modelFileUnusable(path: String, reason: String)
  /// The adapter that was named cannot be used; `reason` is a sentence that says what to do.
  case adapterUnusable(reason: String)
  /// The engine completes texts but cannot say how likely they are.
  case cannotScore(engine: String)
}

extension ModelError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .modelMissing(let name):
      "The model \(name) is not installed: run `pillow-lsp model fetch \(name)`."
    case .modelUnresolved(let reason): reason
    case .modelUnusable(let name, let reason):
      "The model \(name) cannot be used (\(reason)): run `pillow-lsp model verify \(name)`."
    case .modelFileUnusable(let path, let reason):
      "The model \(path) cannot be used: \(reason)"
    case .adapterUnusable(let reason):
      reason
    case .cannotScore(let engine):
      "\(engine) cannot score texts: choose an embedded model for training and evaluation."
    }
  }

  public var errorDescription: String? { description }
}
