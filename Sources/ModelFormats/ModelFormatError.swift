public import Foundation

/// Why a model file cannot be read; each message says what to do.
public enum ModelFormatError: Error, Equatable, Sendable {
  /// The file does not exist or the system denies access.
  case unreadable(path: String, reason: String)
  /// The file violates its format: cut off, overlapping, inconsistent.
  case damaged(path: String, reason: String)
  /// The format, byte order or version is not supported.
  case unsupportedFormat(path: String, found: String)
  /// A tensor has a type that is not supported.
  case unsupportedType(path: String, tensor: String, type: String, supported: [String])
}

extension ModelFormatError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "Cannot read \(path) (\(reason)): check the path and its permissions."
    case .damaged(let path, let reason):
      "\(path) is damaged (\(reason)): download it or convert it again."
    case .unsupportedFormat(let path, let found):
      """
      \(path) is \(found), which cannot be read: use a whole, little-endian GGUF file of version \
      2 or 3.
      """
    case .unsupportedType(let path, let tensor, let type, let supported):
      """
      \(path) has the tensor \(tensor) of the type \(type), which is not supported: use a file \
      whose tensors are of \(supported.joined(separator: ", ")).
      """
    }
  }
}
