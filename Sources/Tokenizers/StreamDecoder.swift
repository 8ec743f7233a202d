/// Turns tokens into text as they arrive, and holds back the first bytes of a character until the
/// rest has arrived.
public struct StreamDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecial: Bool
  /// The beginning of a character, at most three bytes.
  private var pending: [UInt8] = []

  /// - Parameter skippingSpecial: Whether special tokens are omitted.
  public init(_ tokenizer: Tokenizer, skippingSpecial: Bool = true) {
    self.tokenizer = tokenizer
    skipsSpecial = skippingSpecial
  }

  /// The text that a token completes; may be empty.
  public mutating func append(_ id: TokenID) -> String {
    if skipsSpecial, tokenizer.isSpecial(id) { return "" }
    pending += tokenizer.bytes(of: id)
    let incomplete = Self.incompleteTail(of: pending)
    let text = String(decoding: pending.dropLast(incomplete), as: UTF8.self)
    pending.removeFirst(pending.count - incomplete)
    return text
  }

  /// The remaining text when there are no more tokens: U+FFFD for a character that was never
  /// completed.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }

  /// How many bytes at the end may be the beginning of a character.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let byte = bytes[bytes.count - length]
      if byte & 0xC0 == 0x80 { continue }
      let needed =
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
      return length < needed ? length : 0
    }
    return 0
  }
}
