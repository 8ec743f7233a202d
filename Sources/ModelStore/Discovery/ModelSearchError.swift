public import Foundation

/// Why a model of another program cannot be used; each message says what to do.
public enum ModelSearchError: Error, Equatable, Sendable {
  /// The name has not the form of its source.
  case malformed(String, expected: String)
  /// Nothing on this machine has the name; `nearest` are names that exist.
  case notFound(ModelReference, nearest: [String], advice: String)
  /// The model was found, but its files cannot be read.
  case unusable(ModelReference, path: String, reason: String)
}

extension ModelSearchError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .malformed(let name, let expected):
      "\(name) is not the name of a model: write \(expected)."
    case .notFound(let reference, let nearest, let advice):
      "There is no \(reference) on this machine"
        + (nearest.isEmpty ? "" : " (nearest: \(nearest.joined(separator: ", ")))")
        + ": \(advice), or choose one that `pillow-lsp model list` shows."
    case .unusable(let reference, let path, let reason):
      "\(reference) cannot be used (\(path)): \(reason)."
    }
  }
}
