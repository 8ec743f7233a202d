public import Foundation

/// Why a project cannot be opened or asked; each message says what to do.
public enum InstructionCompletionError: Error, Equatable, Sendable {
  /// A model that is needed is not there.
  case modelMissing(name: String)
  /// A model is there and cannot be used.
  case modelUnusable(name: String, reason: String)
  /// A model file that was named cannot be used.
  case modelFileUnusable(path: String, reason: String)
  /// The adapter that was named cannot be used; `reason` is a sentence that says what to do.
  case adapterUnusable(reason: String)
  /// The project's folder is none.
  case noFolder(path: String)
  /// `.pillow/config.json` cannot be read.
  case badSettings(path: String, reason: String)
  /// A matcher was asked for that has to be trained first.
  case matcherUntrained(name: String)
  /// A matcher was asked for that has to know the answer.
  case matcherNeedsGold(name: String)
}

extension InstructionCompletionError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .modelMissing(let name):
      "The model \(name) is not there: run `pillow-lsp model fetch \(name)`."
    case .modelUnusable(let name, let reason):
      "The model \(name) cannot be used (\(reason)): run `pillow-lsp model verify \(name)`."
    case .modelFileUnusable(let path, let reason):
      "The model \(path) cannot be used: \(reason)"
    case .adapterUnusable(let reason):
      reason
    case .noFolder(let path):
      "There is no folder \(path): name the project's folder with --project."
    case .badSettings(let path, let reason):
      "\(path) cannot be used: \(reason)."
    case .matcherUntrained(let name):
      "The matcher \(name) has learned nothing for this project: run "
        + "`pillow-lsp train matcher --method \(name)`, or choose another."
    case .matcherNeedsGold(let name):
      "The matcher \(name) needs the gold answer, so it works in `pillow-lsp evaluate` alone: "
        + "choose another."
    }
  }

  public var errorDescription: String? { description }
}
