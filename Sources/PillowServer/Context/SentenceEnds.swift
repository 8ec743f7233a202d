/// Where sentences end, for answers that are bounded and counted. What is detected, and what is shown
/// while it grows, has rules of its own and shares the abbreviations. Pure.
package enum SentenceEnds {
  /// Behind each sentence of a text that another one follows: past its mark and what closes behind
  /// it, such as a quotation mark.
  package static func followed(in text: some StringProtocol) -> [String.Index] {
    let text = Substring(text)
    return text.matches(of: #/[.!?]["'”’)\]*_]*(?=\s+["'“‘(*_]*\p{Lu})/#)
      .filter { text[$0.range.lowerBound] != "." || !isAbbreviated(text[..<$0.range.lowerBound]) }
      .map(\.range.upperBound)
  }

  /// How many sentences a text has; what does not end like one counts too.
  package static func count(in text: String) -> Int {
    guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return 0 }
    let words = text.split(whereSeparator: \.isWhitespace)
    // A single letter is the initial of a name only where there are words.
    guard words.contains(where: { $0.count > 2 }) else {
      return max(1, words.count { $0.last.map { ".!?".contains($0) } == true })
    }
    return followed(in: text).count + 1
  }

  /// Whether a full stop behind a text belongs to its last word: “e.g”, “J”, “Dr”.
  package static func isAbbreviated(_ text: Substring) -> Bool {
    let start = text.lastIndex { $0.isWhitespace || $0 == "(" }.map { text.index(after: $0) }
    let word = text[(start ?? text.startIndex)...]
    return word.count == 1 && word.first?.isLetter == true || word.contains(".")
      || abbreviations.contains(word.lowercased())
  }

  private static let abbreviations: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "fig", "sec", "ch", "vs", "cf", "approx",
    "inc", "ltd", "co", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
    "nov", "dec",
  ]
}
