public import Foundation

/// What can be wrong with a matching network or its input.
public enum PromptMatchingError: Error, Equatable, Sendable {
  /// A vector or table differs from the network in its number of dimensions.
  case wrongDimensions(expected: Int, found: Int)
  /// A vector holds a NaN or an infinity.
  case notFinite(row: Int?)
  /// An option is out of range.
  case invalidOption(String)
  /// An exemplar's index is outside the pool, repeated or masked.
  case invalidPick(Int)
  /// The bytes are not a matching network, or are truncated or damaged.
  case corrupt(String)
  /// Written by a newer version of the program.
  case newerFormat(found: UInt32, supported: UInt32)
  /// The network was trained with another encoder's vectors.
  case wrongEncoder(expected: String, found: String)
  /// The index was built with other parameters.
  case staleIndex
}

extension PromptMatchingError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .wrongDimensions(let expected, let found):
      "The matching network needs vectors of \(expected) numbers but got \(found); "
        + "embed the pool again with the network's encoder."
    case .notFinite(let row):
      "The embedding \(row.map { "of exemplar number \($0) " } ?? "")contains a value that is not a "
        + "finite number; embed it again."
    case .invalidOption(let message): message
    case .invalidPick(let index):
      "Exemplar number \(index) cannot be picked: it is outside the pool, muted or already used."
    case .corrupt(let reason):
      "The matching network's parameters are damaged (\(reason)); go back to an earlier version."
    case .newerFormat(let found, let supported):
      "The matching network was saved in format \(found), but this program reads only up to "
        + "\(supported); use a newer pillow-lsp."
    case .wrongEncoder(let expected, let found):
      "The matching network was trained with the encoder \(found), but the pool is embedded with "
        + "\(expected); train it again or use the day-zero network."
    case .staleIndex:
      "The exemplar index was built with other parameters; build it again with this network."
    }
  }

  public var errorDescription: String? { description }
}
