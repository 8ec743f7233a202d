/// The classes of characters that the splitting rules distinguish.
enum CharacterClass: UInt8 {
  case letter, number, whitespace, other
}

/// One character of a text, or one byte that is not part of a character.
struct ScannedCharacter {
  let characterClass: CharacterClass
  /// In bytes.
  let length: Int
}

/// Reads UTF-8 that may be invalid: a byte that belongs to no character stands for itself.
enum UTF8Scanner {
  /// The character at a position before the end.
  @inline(__always)
  static func character(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> ScannedCharacter {
    let byte = text[position]
    guard byte >= 0x80 else { return ScannedCharacter(characterClass: ascii(byte), length: 1) }
    guard let (scalar, length) = scalar(text, at: position) else {
      return ScannedCharacter(characterClass: .other, length: 1)
    }
    return ScannedCharacter(characterClass: classify(scalar), length: length)
  }

  @inline(__always)
  static func ascii(_ byte: UInt8) -> CharacterClass {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A: .letter
    case 0x30...0x39: .number
    case 0x09...0x0D, 0x20: .whitespace
    default: .other
    }
  }

  /// The number of bytes of the character at a position; 1 for a byte that belongs to none.
  @inline(__always)
  static func length(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    text[position] < 0x80 ? 1 : scalar(text, at: position)?.length ?? 1
  }

  /// The scalar at a position and its number of bytes; `nil` if the bytes there are not valid.
  ///
  /// Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
  static func scalar(
    _ text: UnsafeBufferPointer<UInt8>, at position: Int
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    let lead = text[position]
    let length: Int
    switch lead {
    case 0x00...0x7F: return (Unicode.Scalar(lead), 1)
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return nil
    }
    guard position + length <= text.count else { return nil }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let next = text[position + offset]
      guard next & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(next & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  /// The class of a scalar by the Unicode version of the reference.
  ///
  /// Hugging Face `tokenizers` has the letters of Unicode 16; the standard library may know later
  /// ones.
  static func classify(_ scalar: Unicode.Scalar) -> CharacterClass {
    switch scalar.value {
    // Ideographs and Hangul syllables, which make up most of such a text.
    case 0x4E00...0x9FFF, 0xAC00...0xD7A3: return .letter
    default: break
    }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return (properties.age?.major ?? 0) <= 16 ? .letter : .other
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return properties.isWhitespace ? .whitespace : .other
    default: return .other
    }
  }
}
