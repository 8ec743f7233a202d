public import Foundation

/// Why a model file cannot be written; each message says what to do.
public enum ModelWritingError: Error, Equatable, Sendable {
  /// The file cannot be written at the given path.
  case unwritable(path: String, reason: String)
  /// The model is already quantised and would lose more precision if it were quantised again.
  case alreadyQuantised(path: String, tensor: String, type: String)
  /// A tensor has values that no block scale can hold: infinite, not a number, or above 65504.
  case unquantisable(path: String, tensor: String)
}

extension ModelWritingError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unwritable(let path, let reason):
      "Cannot write \(path) (\(reason)): free some space, make it writable, or choose another path."
    case .alreadyQuantised(let path, let tensor, let type):
      """
      \(path) is already quantised (\(tensor) is \(type)) and would lose more precision: use the file \
      in F32, F16 or BF16, or pass --requantize.
      """
    case .unquantisable(let path, let tensor):
      """
      \(tensor) of \(path) has values that are infinite, not a number or above 65504, so it cannot be \
      quantised: convert the model again.
      """
    }
  }
}
