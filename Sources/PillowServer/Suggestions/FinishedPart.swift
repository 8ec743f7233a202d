/// What of a text that is still being written can be shown: nothing that the next word may change.
/// Pure.
package enum FinishedPart {
  /// - Returns: whole lines of code, but for those at the end that only begin something; of prose
  ///   whole lines or sentences; `nil` where nothing is finished.
  package static func of(_ text: String, isCode: Bool) -> String? {
    let lines = text.lastIndex(of: "\n").map { text[..<$0] }
    if !isCode, let sentences = lastSentenceEnd(text),
      sentences > lines?.endIndex ?? text.startIndex
    {
      return String(text[..<sentences])
    }
    guard var found = lines?.split(separator: "\n", omittingEmptySubsequences: false) else {
      return nil
    }
    while let last = found.last, last.trimmed.isEmpty || isCode && beginsSomething(last.trimmed) {
      found.removeLast()
    }
    return found.isEmpty ? nil : found.joined(separator: "\n")
  }

  /// Nobody has a use for a signature without its body, or for the beginning of a fence.
  private static func beginsSomething(_ line: String) -> Bool {
    line.hasPrefix("```") || line.last.map { ":{([,=".contains($0) } == true
      || [" do", " then", "begin", "->", "=>"].contains { line.hasSuffix($0) }
  }

  /// Behind the last mark that ends a sentence and has a space after it.
  private static func lastSentenceEnd(_ text: String) -> String.Index? {
    var end = text.endIndex
    while let space = text[..<end].lastIndex(of: " ") {
      if text[..<space].last.map({ ".!?".contains($0) }) == true, !isAbbreviated(text[..<space]) {
        return space
      }
      end = space
    }
    return nil
  }

  /// `e.g.`, `1.` and the like end no sentence.
  private static func isAbbreviated(_ text: Substring) -> Bool {
    let start =
      text.lastIndex(where: \.isWhitespace).map { text.index(after: $0) } ?? text.startIndex
    let word = text[start...].dropLast()
    return word.count < 2 || word.allSatisfy(\.isNumber) || SentenceEnds.isAbbreviated(word)
  }
}
