public import Foundation

/// Why a model cannot be trained; each message says what to do.
public enum TrainingError: Error, Equatable, Sendable {
  case unsupported(path: String, what: String)
  case damaged(path: String, reason: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case noExamples(path: String)
  case badSettings(String)
  case notEnoughMemory(needed: Int, available: Int)
  case checkpointOfOther(path: String, what: String)
}

extension TrainingError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unsupported(let path, let what): "\(path) cannot be trained: \(what)."
    case .damaged(let path, let reason):
      "\(path) is damaged (\(reason)): fetch or convert the model again."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .unwritable(let path, let reason):
      "Cannot write \(path) (\(reason)): make room or make it writable, or choose another place."
    case .noExamples(let path):
      "\(path) has no example that can be trained on: give one JSON object per line with "
        + "instruction and output, or prompt and completion."
    case .badSettings(let reason): reason
    case .notEnoughMemory(let needed, let available):
      "Training needs \(needed >> 20) MiB and \(available >> 20) MiB are free: close other programs, "
        + "or lower --rank or --max-tokens."
    case .checkpointOfOther(let path, let what):
      "\(path) is the checkpoint of another training (\(what) differ): remove it, or give another "
        + "--out."
    }
  }
}
