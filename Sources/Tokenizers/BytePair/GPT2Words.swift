/// Words by GPT-2's regular expression:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
enum GPT2Words {
  @inline(__always)
  static func end(of text: WordScanning.Text, at start: Int, digitsApart: Bool) -> Int {
    var character = UTF8Scanner.character(text, at: start)
    var position = start + character.length
    if text[start] == UInt8(ascii: "'") {
      let length = WordScanning.contraction(text, after: start, ignoringCase: false)
      if length > 0 { return position + length }
    } else if text[start] == UInt8(ascii: " "), position < text.count {
      let next = UTF8Scanner.character(text, at: position)
      if next.characterClass == .number, digitsApart { return position }
      if next.characterClass != .whitespace {
        character = next
        position += next.length
      }
    }
    switch character.characterClass {
    case .number where digitsApart: return position
    case .whitespace:
      let end = WordScanning.run(text, from: position, of: .whitespace)
      let digitFollows =
        digitsApart && end < text.count
        && UTF8Scanner.character(text, at: end).characterClass == .number
      return WordScanning.whitespace(text, from: start, to: end, takesAll: digitFollows)
    case let run: return WordScanning.run(text, from: position, of: run)
    }
  }
}
