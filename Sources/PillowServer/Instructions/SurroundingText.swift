/// The text around an instruction that goes into a prompt with it.
package enum SurroundingText {
  /// Words by which an instruction speaks of what stands beside it.
  private static let references: Set<String> = [
    "this", "these", "that", "following", "below", "above", "it", "here", "dies", "diese", "ce",
    "cette",
  ]

  /// How many tokens a text takes, roughly: a word, or four bytes of one, and each mark is one.
  package static func estimatedTokens(_ text: some StringProtocol) -> Int {
    var tokens = 0
    var run = 0
    for byte in text.utf8 {
      let isWord =
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
      if isWord {
        if run % 4 == 0 { tokens += 1 }
        run += 1
      } else {
        run = 0
        if byte != 0x20 { tokens += 1 }
      }
    }
    return tokens
  }

  /// The first lines of a text that fit a budget.
  package static func fitted(_ text: String, tokens budget: Int) -> String {
    guard estimatedTokens(text) > budget else { return text }
    var left = budget
    var kept: [String] = []
    for line in text.lines {
      left -= estimatedTokens(line) + 1
      guard left >= 0 else { break }
      kept.append(line)
    }
    return kept.joined(separator: "\n")
  }

  /// The block that an instruction without an input speaks of: the one that follows, else the one
  /// above.
  static func block(for instruction: Instruction, in text: TextBuffer) -> String {
    let words = instruction.text.lowercased().split { !$0.isLetter }
    guard words.contains(where: { references.contains(String($0)) }) else { return "" }
    let last = text.lineIndex(of: instruction.range.upperBound)
    var end = last + 1
    while end < text.lineCount, end - last < 200, !isBreak(end, instruction, text) { end += 1 }
    if end > last + 1 { return lines(last + 1..<end, text) }
    let first = text.lineIndex(of: instruction.range.lowerBound)
    var start = first
    while start > 0, first - start < 200, !isBreak(start - 1, instruction, text) { start -= 1 }
    return lines(start..<first, text)
  }

  /// Code ends where it is less indented than the instruction, or after an empty line on its level.
  private static func isBreak(_ line: Int, _ instruction: Instruction, _ text: TextBuffer) -> Bool {
    if text.isBlank(line) {
      guard line + 1 < text.lineCount, !text.isBlank(line + 1) else { return true }
      return text.indentation(line + 1).count <= instruction.indentation.count
    }
    return text.indentation(line).count < instruction.indentation.count
  }

  private static func lines(_ range: Range<Int>, _ text: TextBuffer) -> String {
    range.map { text.lineText($0) }.joined(separator: "\n").trimmed
  }
}
