import PromptMatching
import PromptPool

/// What an instruction is about where it names no input itself: the schema in a file of SQL, the
/// paragraph before an instruction in prose, the code that it speaks of. Pure.
package enum InputText {
  /// The instruction with its input.
  ///
  /// - Parameter text: the document.
  package static func complete(_ instruction: Instruction, in text: TextBuffer) -> Instruction {
    var found = instruction
    guard found.input.trimmed.isEmpty else { return found }
    switch found.kind {
    case .comment:
      if CodeFamily(language: found.language) == .semicolon {
        let schema = TableSchema(in: text.text(of: 0..<text.bytes.count))
        found.input = schema.lines.joined(separator: "\n")
      } else if found.language == nil {
        (found.text, found.input) = withParagraph(found, text)
      } else {
        found.input = SurroundingText.block(for: found, in: text)
      }
    case .paragraph:
      (found.text, found.input) = withParagraph(found, text)
    case .commitMessage, .alpaca: break
    }
    return found
  }

  /// The instruction and its text: the paragraph above what asks. Where the paragraph at the cursor
  /// asks for nothing and the one above ends in a colon, that one asks.
  private static func withParagraph(
    _ instruction: Instruction, _ text: TextBuffer
  ) -> (String, String) {
    let above = paragraph(endingAbove: text.lineIndex(of: instruction.range.lowerBound), text)
    guard let above else { return (instruction.text, "") }
    if instruction.kind == .paragraph, above.text.hasSuffix(":"), !asks(instruction.text),
      asks(above.text)
    {
      return (above.text, instruction.text)
    }
    if refersToText(instruction.text) { return (instruction.text, above.text) }
    return (instruction.text, "")
  }

  private static func asks(_ text: String) -> Bool {
    text.contains(
      #/(?i)\b(summari[sz]e|rewrite|rephrase|shorten|shorter|simplify|translate|make|correct|fix|turn|write|put|say|explain|improve|convert|express|proofread|tighten|soften|active voice|plain|polite)\b/#
    )
  }

  private static func refersToText(_ text: String) -> Bool {
    asks(text)
      && text.contains(
        #/(?i)\b(above|this|that|it|the (?:paragraph|text|sentence|section|mail|message|notes?|list|change|fix)|them|following)\b/#
      )
      || text.contains(
        #/(?i)^\W*(summari[sz]e|rewrite|rephrase|shorten|simplify|correct|proofread|write one)\b/#)
  }

  private static func paragraph(
    endingAbove line: Int, _ text: TextBuffer
  ) -> (text: String, first: Int)? {
    var last = line - 1
    while last >= 0, text.isBlank(last) { last -= 1 }
    guard last >= 0, line - last <= 3 else { return nil }
    var first = last
    while first > 0, !text.isBlank(first - 1), last - first < 40 { first -= 1 }
    let lines = (first...last).map { text.lineText($0) }
    let joined = unwrapped(
      lines.map { $0.trimmed.hasPrefix(">") ? $0.trimmed.drop { $0 == ">" }.trimmed : $0 })
    guard !joined.hasPrefix("#"), !joined.isEmpty, joined != "---" else { return nil }
    return (joined, first)
  }
}

extension Instruction {
  /// Adds what the prompt shows beside it: its input, and the document around it, without secrets.
  mutating func fill(from text: TextBuffer, tokens: Int) {
    fillInput(from: text, tokens: tokens)
    fillSurroundings(from: text, tokens: tokens)
  }

  /// Adds its input, which exemplars are chosen by.
  mutating func fillInput(from text: TextBuffer, tokens: Int) {
    self = InputText.complete(self, in: text)
    input = SurroundingText.fitted(SecretScanner.removingLines(from: input), tokens: tokens)
  }

  /// Adds the document around it, once its input is there.
  mutating func fillSurroundings(from text: TextBuffer, tokens: Int) {
    context = DocumentContext.collect(for: self, in: text, tokens: tokens)
    if let above = context?.above { context?.above = SecretScanner.removingLines(from: above) }
    let line = text.lineIndex(of: range.lowerBound)
    earlier = SecretScanner.removingLines(
      from: (max(0, line - Self.linesAbove)..<line).map { text.lineText($0) }
        .joined(separator: "\n"))
  }

  /// In how many lines above an instruction earlier entries are looked for.
  private static let linesAbove = 60
}
