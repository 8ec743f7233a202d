/// The rule that splits text into the words within which byte-pair encoding merges.
///
/// Each is a regular expression of its model, written out as a scanner.
enum PreTokenizer: Sendable, Equatable {
  /// GPT-2's expression: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  case gpt2
  /// Every digit for itself, and what is between them by GPT-2's expression.
  case smollm
  /// Llama 3's expression, see ``LlamaWords``; up to three digits are a word.
  case llama3
  /// The same, every digit for itself.
  case qwen2

  /// The names by which GGUF files call them.
  private static let names: [(name: String, rule: PreTokenizer)] = [
    ("default", .gpt2), ("deepseek-r1-qwen", .qwen2), ("gpt-2", .gpt2), ("llama-bpe", .llama3),
    ("llama-v3", .llama3), ("llama3", .llama3), ("qwen2", .qwen2), ("smollm", .smollm),
  ]

  init(named name: String) throws(TokenizerError) {
    guard let rule = Self.names.first(where: { $0.name == name })?.rule else {
      throw .unsupportedPreTokenizer(name, supported: Self.names.map(\.name))
    }
    self = rule
  }

  /// Whether a word that is a token is that token, whatever the merges say.
  var takesWholeWords: Bool { self == .llama3 }

  /// Calls the closure with each word; the words in a row are the text.
  @inline(__always)
  func forEachWord(
    in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var position = 0
    while position < text.count {
      let end =
        switch self {
        case .gpt2: GPT2Words.end(of: text, at: position, digitsApart: false)
        case .smollm: GPT2Words.end(of: text, at: position, digitsApart: true)
        case .llama3: LlamaWords.end(of: text, at: position, digits: 3)
        case .qwen2: LlamaWords.end(of: text, at: position, digits: 1)
        }
      body(UnsafeBufferPointer(rebasing: text[position..<end]))
      position = end
    }
  }
}

/// Steps that the scanners of words share.
enum WordScanning {
  typealias Text = UnsafeBufferPointer<UInt8>

  /// Where a run of characters of a class that starts at a position ends.
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
    // The long s is an s when case does not count.
    case (0xC5, 0xBF) where ignoringCase: return 2
    default: return 0
    }
  }

  /// The end of a word of whitespace: a run leaves its last character to the word after it.
  ///
  /// - Parameter takesAll: Whether the run's end counts as the text's end.
  static func whitespace(_ text: Text, from start: Int, to end: Int, takesAll: Bool) -> Int {
    guard !takesAll, end < text.count else { return end }
    var last = end - 1
    while last > start, text[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : end
  }
}

/// Words by GPT-2's regular expression.
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

  private static func isNewline(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private static func number(
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

  /// A run with line ends goes up to the last of them.
  private static func whitespace(_ text: WordScanning.Text, from start: Int) -> Int {
    let end = WordScanning.run(text, from: start, of: .whitespace)
    if let newline = text[start..<end].lastIndex(where: isNewline) { return newline + 1 }
    return WordScanning.whitespace(text, from: start, to: end, takesAll: false)
  }
}
