public import Foundation

/// What can be wrong with a matching network or with what it is given.
public enum PromptMatchingError: Error, Equatable, Sendable {
  /// A vector or table has another number of dimensions than the network.
  case wrongDimensions(expected: Int, found: Int)
  /// A vector holds a NaN or an infinity.
  case notFinite(row: Int?)
  /// An option is outside of its range.
  case invalidOption(String)
  /// An exemplar's index is outside of the pool, repeated or masked.
  case invalidPick(Int)
  /// The bytes are no matching network, cut short or damaged.
  case corrupt(String)
  /// Written by a newer version of the program.
  case newerFormat(found: UInt32, supported: UInt32)
  /// The network was trained on another encoder's vectors.
  case wrongEncoder(expected: String, found: String)
  /// The index was made with other parameters.
  case staleIndex
}

extension PromptMatchingError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .wrongDimensions(let expected, let found):
      "The matching network needs vectors of \(expected) numbers, and got \(found); "
        + "embed the pool again with the network's encoder."
    case .notFinite(let row):
      "The embedding \(row.map { "of exemplar number \($0) " } ?? "")holds a value that is not a "
        + "finite number; embed it again."
    case .invalidOption(let message): message
    case .invalidPick(let index):
      "Exemplar number \(index) cannot be picked: it is outside of the pool, muted or used already."
    case .corrupt(let reason):
      "The matching network's parameters are damaged (\(reason)); go back to an earlier version."
    case .newerFormat(let found, let supported):
      "The matching network was saved in format \(found), and this program reads up to "
        + "\(supported); use a newer pillow-lsp."
    case .wrongEncoder(let expected, let found):
      "The matching network was trained with the encoder \(found), and the pool is embedded with "
        + "\(expected); train it again or use the day-zero network."
    case .staleIndex:
      "The exemplar index was made with other parameters; make it again with this network."
    }
  }

  public var errorDescription: String? { description }
}
