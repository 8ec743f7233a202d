/// Steps that the scanners of words share.
enum WordScanning {
  typealias Text = UnsafeBufferPointer<UInt8>

  /// The end of a run of characters of one class that starts at a position.
  @inline(__always)
  static func run(_ text: Text, from start: Int, of wanted: CharacterClass) -> Int {
    var position = start
    while position < text.count {
      let character = UTF8Scanner.character(text, at: position)
      guard character.characterClass == wanted else { break }
      position += character.length
    }
    return position
  }

  /// The length of `s`, `t`, `re`, `ve`, `m`, `ll`, `d` after an apostrophe at a position; 0 if
  /// there is none.
  static func contraction(_ text: Text, after apostrophe: Int, ignoringCase: Bool) -> Int {
    let mask: UInt8 = ignoringCase ? 0x20 : 0
    func letter(_ offset: Int) -> UInt8 {
      let position = apostrophe + offset
      guard position < text.count else { return 0 }
      let byte = text[position]
      return UTF8Scanner.ascii(byte) == .letter ? byte | mask : byte
    }
    switch (letter(1), letter(2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return 1
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 2
    // The long s is an s when case is ignored.
    case (0xC5, 0xBF) where ignoringCase: return 2
    default: return 0
    }
  }

  /// The end of a whitespace word: a run leaves its last character to the next word.
  ///
  /// - Parameter takesAll: Whether the run's end counts as the text's end.
  static func whitespace(_ text: Text, from start: Int, to end: Int, takesAll: Bool) -> Int {
    guard !takesAll, end < text.count else { return end }
    var last = end - 1
    while last > start, text[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : end
  }
}
