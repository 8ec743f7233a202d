/// The header of one message.
struct Header {
  static let lengthName = Array("content-length:".utf8)

  var length: Int
  var charsetError: FramingError?

  /// Parses the lines of a header, the empty one at its end included.
  static func parse(_ bytes: ArraySlice<UInt8>) -> Result<Header, FramingError> {
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return .failure(.malformedHeader) }
    var length: Int?
    var charsetError: FramingError?
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self).trimmed
      if text.isEmpty { continue }
      guard let colon = text.firstIndex(of: ":") else { return .failure(.malformedHeader) }
      let value = String(text[text.index(after: colon)...]).trimmed
      switch text[..<colon].lowercased() {
      case "content-length":
        guard let number = Int(value), number >= 0 else { return .failure(.invalidLength(value)) }
        length = number
      case "content-type":
        charsetError = charset(of: value)
      default:
        break
      }
    }
    guard let length else { return .failure(.missingLength) }
    return .success(Header(length: length, charsetError: charsetError))
  }

  /// `utf8` stands for `utf-8`, as the specification asks for the sake of old clients.
  private static func charset(of contentType: String) -> FramingError? {
    for parameter in contentType.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
      guard parts.count == 2, parts[0].lowercased() == "charset" else { continue }
      let charset = parts[1].filter { $0 != "\"" }
      return ["utf-8", "utf8"].contains(charset.lowercased()) ? nil : .unsupportedCharset(charset)
    }
    return nil
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
