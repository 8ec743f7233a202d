/// Words in which upper-case letters come before lower-case ones, by the regular expression of
/// GPT-4o and, without contractions, that of Mistral's Tekken:
/// `P?U*L+C?|P?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+` with
/// `P = [^\r\n\p{L}\p{N}]`, `U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, `L = [\p{Ll}\p{Lm}\p{Lo}\p{M}]`
/// and `C = (?i:'s|'t|'re|'ve|'m|'ll|'d)`.
enum CasedWords {
  /// - Parameters:
  ///   - digits: How many digits are a word.
  ///   - contractions: Whether `'s` and the like belong to the word before them.
  static func end(
    of text: WordScanning.Text, at start: Int, digits: Int, contractions: Bool
  ) -> Int {
    let character = UTF8Scanner.character(text, at: start)
    let next = start + character.length
    let isPrefix =
      character.characterClass != .letter && character.characterClass != .number
      && !LlamaWords.isNewline(text[start])
    // In the order in which the expression tries them.
    for shape in [lowerEnd, upperEnd] {
      for position in isPrefix ? [next, start] : [start] {
        guard let end = shape(text, position) else { continue }
        return contractions ? end + contraction(text, at: end) : end
      }
    }
    switch character.characterClass {
    case .number: return LlamaWords.number(text, from: next, further: digits - 1)
    case .other, .letter: return symbols(text, from: next)
    case .whitespace:
      let isSpace = text[start] == UInt8(ascii: " ")
      if isSpace, next < text.count,
        UTF8Scanner.character(text, at: next).characterClass == .other
      {
        return symbols(text, from: next)
      }
      return LlamaWords.whitespace(text, from: start)
    }
  }

  /// The end of `U*L+` at a position.
  private static func lowerEnd(_ text: WordScanning.Text, _ start: Int) -> Int? {
    var position = start
    // The end of the last character that is in both classes, to which U* goes back if nothing but
    // upper case follows it.
    var lastBoth: Int?
    while position < text.count {
      let (letter, length) = letter(text, at: position)
      guard letter.isUpper else { break }
      position += length
      if letter.isLower { lastBoth = position }
    }
    var end = position
    while end < text.count {
      let (letter, length) = letter(text, at: end)
      guard letter.isLower else { break }
      end += length
    }
    return end > position ? end : lastBoth
  }

  /// The end of `U+L*` at a position.
  private static func upperEnd(_ text: WordScanning.Text, _ start: Int) -> Int? {
    var position = start
    while position < text.count {
      let (letter, length) = letter(text, at: position)
      guard letter.isUpper else { break }
      position += length
    }
    guard position > start else { return nil }
    while position < text.count {
      let (letter, length) = letter(text, at: position)
      guard letter.isLower else { break }
      position += length
    }
    return position
  }

  private static func symbols(_ text: WordScanning.Text, from start: Int) -> Int {
    var position = WordScanning.run(text, from: start, of: .other)
    while position < text.count,
      LlamaWords.isNewline(text[position]) || text[position] == UInt8(ascii: "/")
    {
      position += 1
    }
    return position
  }

  /// The length of a contraction with its apostrophe; 0 if there is none.
  private static func contraction(_ text: WordScanning.Text, at position: Int) -> Int {
    guard position < text.count, text[position] == UInt8(ascii: "'") else { return 0 }
    let length = WordScanning.contraction(text, after: position, ignoringCase: true)
    return length > 0 ? length + 1 : 0
  }

  /// What a character is to this rule. Marks and letters without case are both.
  private struct Letter {
    var isUpper = false
    var isLower = false
  }

  private static func letter(
    _ text: WordScanning.Text, at position: Int
  ) -> (letter: Letter, length: Int) {
    let byte = text[position]
    switch byte {
    case 0x41...0x5A: return (Letter(isUpper: true), 1)
    case 0x61...0x7A: return (Letter(isLower: true), 1)
    case 0x00...0x7F: return (Letter(), 1)
    default: break
    }
    guard let (scalar, length) = UTF8Scanner.scalar(text, at: position) else {
      return (Letter(), 1)
    }
    let properties = scalar.properties
    // Letters and marks of the reference's version of Unicode, as in `UTF8Scanner.classify`.
    guard (properties.age?.major ?? 0) <= 16 else { return (Letter(), length) }
    switch properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: return (Letter(isUpper: true), length)
    case .lowercaseLetter: return (Letter(isLower: true), length)
    case .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark:
      return (Letter(isUpper: true, isLower: true), length)
    default: return (Letter(), length)
    }
  }
}
