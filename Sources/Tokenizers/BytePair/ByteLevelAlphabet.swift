/// GPT-2's printable characters for the 256 bytes, with which vocabularies write their tokens.
///
/// Printable Latin-1 characters stand for themselves, the other bytes for U+0100 onwards.
/// Source: `bytes_to_unicode` of OpenAI's GPT-2.
struct ByteLevelAlphabet: Sendable {
  /// Byte of a scalar below U+0144; -1 if the scalar stands for none.
  private let bytes: [Int16]

  init() {
    var bytes = [Int16](repeating: -1, count: 0x144)
    var next = 0x100
    for byte in 0..<256 {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
        bytes[byte] = Int16(byte)
      default:
        bytes[next] = Int16(byte)
        next += 1
      }
    }
    self.bytes = bytes
  }

  /// Writes the bytes that a token's text stands for, or the text itself if it has other
  /// characters, and returns their number, which is at most that of the text.
  @inline(__always)
  func decode(
    _ text: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var position = 0
    var count = 0
    while position < text.count {
      let lead = text[position]
      var value = Int(lead)
      position += 1
      if lead >= 0xC0, position < text.count {
        value = Int(lead & 0x1F) << 6 | Int(text[position] & 0x3F)
        position += 1
      }
      guard lead < 0xE0, value < bytes.count, bytes[value] >= 0 else {
        _ = result.update(fromContentsOf: text)
        return text.count
      }
      result[count] = UInt8(truncatingIfNeeded: bytes[value])
      count += 1
    }
    return count
  }
}
