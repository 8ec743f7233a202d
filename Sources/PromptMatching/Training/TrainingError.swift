public import Foundation

/// Why a matching network cannot be trained.
public enum TrainingError: Error, Equatable, Sendable {
  case emptyPool
  case tooFewExemplars(pool: Int, shots: Int)
  case tooFewQueries(Int)
  /// A reward is NaN or infinite.
  case badReward(query: Int)
  case invalidOption(String)
  /// The checkpoint belongs to another pool, other queries or other options.
  case otherCheckpoint(path: String)
  case unreadableCheckpoint(path: String, reason: String)
}

extension TrainingError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .emptyPool:
      "The pool is empty: add exemplars with `pillow-lsp pool import` first."
    case .tooFewExemplars(let pool, let shots):
      "The pool offers only \(pool) exemplars for lists of \(shots): ask for fewer shots or add "
        + "exemplars."
    case .tooFewQueries(let count):
      "Training needs at least 4 queries with answers, and there are \(count)."
    case .badReward(let query):
      "The reward of query number \(query) is not a finite number; the model's scores are unusable."
    case .invalidOption(let message): message
    case .otherCheckpoint(let path):
      "\(path) belongs to a training with another pool, data or options: delete it to start over."
    case .unreadableCheckpoint(let path, let reason):
      "The checkpoint \(path) cannot be read (\(reason)): delete it to start over."
    }
  }

  public var errorDescription: String? { description }
}
