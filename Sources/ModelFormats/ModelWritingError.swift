public import Foundation

/// Why a model file cannot be written; each message says what to do.
public enum ModelWritingError: Error, Equatable, Sendable {
  /// The file cannot be written where it was asked for.
  case unwritable(path: String, reason: String)
  /// A model of already quantised tensors, which would lose more by being quantised again.
  case alreadyQuantised(path: String, tensor: String, type: String)
  /// A tensor with values that no block scale can hold: infinite, no number, or above 65504.
  case unquantisable(path: String, tensor: String)
}

extension ModelWritingError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unwritable(let path, let reason):
      "Cannot write \(path) (\(reason)): make room or make it writable, or choose another place."
    case .alreadyQuantised(let path, let tensor, let type):
      """
      \(path) is quantised already (\(tensor) is \(type)), and would lose more by it: use the file \
      in F32, F16 or BF16, or give --requantize.
      """
    case .unquantisable(let path, let tensor):
      """
      \(tensor) of \(path) has values that are infinite, no numbers or above 65504, so it cannot be \
      quantised: convert the model again.
      """
    }
  }
}
