/// A word, a number, a mark, a run of blanks or a line break of a text.
///
/// Nothing is lost: the texts of all tokens joined are the text.
struct TextToken: Sendable, Hashable {
  enum Kind: UInt8, Sendable { case word, number, mark, blanks, lineBreak }

  let text: String
  /// In lower case, for comparisons.
  let folded: String
  let kind: Kind

  init(_ text: String, _ kind: Kind) {
    self.text = text
    self.kind = kind
    folded = kind == .word ? text.lowercased() : text
  }

  /// Whether it carries content of its own.
  var isContent: Bool { kind == .word || kind == .number }

  /// Marks of ordinary sentences, which say little about a form.
  var isWeakMark: Bool { kind == .mark && ".,'’?!-".contains(text) }

  /// The tokens of a text, in order.
  static func all(in text: some StringProtocol) -> [TextToken] {
    var tokens: [TextToken] = []
    var index = text.startIndex
    while index < text.endIndex {
      let start = index
      let first = text[index]
      index = text.index(after: index)
      func take(while isPart: (Character) -> Bool) {
        while index < text.endIndex, isPart(text[index]) { index = text.index(after: index) }
      }
      let kind: Kind
      if first.isNewline {
        kind = .lineBreak
      } else if first.isWhitespace {
        kind = .blanks
        take { $0.isWhitespace && !$0.isNewline }
      } else if isDigit(first) {
        kind = .number
        take(while: isDigit)
      } else if first.isLetter {
        kind = .word
        while true {
          take(while: \.isLetter)
          // An apostrophe within a word.
          guard index < text.endIndex, text[index] == "'" || text[index] == "’" else { break }
          let next = text.index(after: index)
          guard next < text.endIndex, text[next].isLetter else { break }
          index = next
        }
      } else {
        kind = .mark
        // A rule, an ellipsis, three stars: one mark, however long it is.
        if !"()[]{}\"'`".contains(first) { take { $0 == first } }
      }
      tokens.append(TextToken(first.isNewline ? "\n" : String(text[start..<index]), kind))
    }
    return tokens
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}

extension Collection<TextToken> {
  /// The text that they stand for.
  var joined: String { reduce(into: "") { $0 += $1.text } }
}
