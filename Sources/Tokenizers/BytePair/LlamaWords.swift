/// Words by Llama 3's regular expression:
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|`
/// `\s*[\r\n]+|\s+(?!\S)|\s+`.
enum LlamaWords {
  @inline(__always)
  static func end(of text: WordScanning.Text, at start: Int, digits: Int) -> Int {
    let character = UTF8Scanner.character(text, at: start)
    let position = start + character.length
    if text[start] == UInt8(ascii: "'") {
      let length = WordScanning.contraction(text, after: start, ignoringCase: true)
      if length > 0 { return position + length }
    }
    switch character.characterClass {
    case .letter: return WordScanning.run(text, from: position, of: .letter)
    case .number: return number(text, from: position, further: digits - 1)
    case .whitespace, .other: break
    }
    let next: CharacterClass? =
      position < text.count ? UTF8Scanner.character(text, at: position).characterClass : nil
    if next == .letter, !isNewline(text[start]) {
      return WordScanning.run(text, from: position, of: .letter)
    }
    if character.characterClass == .other {
      return symbols(text, from: position)
    }
    if next == .other, text[start] == UInt8(ascii: " ") {
      return symbols(text, from: position)
    }
    return whitespace(text, from: start)
  }

  static func isNewline(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  static func number(
    _ text: WordScanning.Text, from start: Int, further: Int
  ) -> Int {
    var position = start
    for _ in 0..<further where position < text.count {
      let next = UTF8Scanner.character(text, at: position)
      guard next.characterClass == .number else { break }
      position += next.length
    }
    return position
  }

  private static func symbols(_ text: WordScanning.Text, from start: Int) -> Int {
    var position = WordScanning.run(text, from: start, of: .other)
    while position < text.count, isNewline(text[position]) { position += 1 }
    return position
  }

  /// A run that contains line ends stops after the last of them.
  static func whitespace(_ text: WordScanning.Text, from start: Int) -> Int {
    let end = WordScanning.run(text, from: start, of: .whitespace)
    if let newline = text[start..<end].lastIndex(where: isNewline) { return newline + 1 }
    return WordScanning.whitespace(text, from: start, to: end, takesAll: false)
  }
}
