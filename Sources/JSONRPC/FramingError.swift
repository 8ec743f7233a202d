/// What can be wrong with the bytes between two messages.
public enum FramingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The header does not end within the limit.
  case headerTooLong(limit: Int)
  /// There is a line without a colon, or the header is not ASCII.
  case malformedHeader
  /// There is no `Content-Length`.
  case missingLength
  /// `Content-Length` is not a number.
  case invalidLength(String)
  /// The message is longer than this reader takes; it is skipped.
  case bodyTooLong(length: Int, limit: Int)
  /// The message is not UTF-8; it is skipped.
  case unsupportedCharset(String)

  public var description: String {
    switch self {
    case .headerTooLong(let limit):
      "a header does not end within \(limit) bytes; skipped to the next Content-Length"
    case .malformedHeader:
      "a header is malformed; skipped to the next Content-Length"
    case .missingLength:
      "a header has no Content-Length; skipped to the next one that has"
    case .invalidLength(let text):
      "Content-Length is \"\(text)\", which is no length; skipped to the next one"
    case .bodyTooLong(let length, let limit):
      "a message of \(length) bytes is longer than the limit of \(limit) and was skipped"
    case .unsupportedCharset(let charset):
      "a message in \"\(charset)\" was skipped: send UTF-8"
    }
  }
}
