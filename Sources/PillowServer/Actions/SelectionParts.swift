/// The parts of an exemplar in a selected text. Pure.
package struct SelectionParts: Sendable {
  package typealias Parts = ExemplarSections.Parts

  /// What stands under headings, if it is written so.
  package let sections: Parts?
  /// Otherwise, where the instruction may end: its comment, its paragraph, its first line.
  package let choices: [Parts]
  /// Whether it is in no programming language.
  package let isProse: Bool

  package init(_ text: String, languageID: String) {
    sections = ExemplarSections.parse(text)
    isProse = InstructionDetector.isProse(languageID)
    choices = sections == nil ? Self.choices(text, languageID) : []
  }

  private static func choices(_ text: String, _ languageID: String) -> [Parts] {
    // As documents have them: a lone carriage return ends a line, too.
    let buffer = TextBuffer(text)
    var lines = (0..<buffer.lineCount).map { buffer.lineText($0) }
    while let first = lines.first, first.trimmed.isEmpty { lines.removeFirst() }
    guard !lines.isEmpty else { return [] }
    var found: [Parts] = []
    func take(_ instruction: String, endingAt end: Int) {
      let rest = AnswerCleaning.dedented(Array(lines[end...]))
      let output = rest.joined(separator: "\n").trimmedOfBlankLines
      guard !instruction.trimmed.isEmpty, !output.isEmpty,
        !found.contains(where: { $0.instruction == instruction })
      else { return }
      found.append(Parts(instruction: instruction, output: output))
    }
    if let comment = comment(lines, languageID) { take(comment.text, endingAt: comment.end) }
    let paragraph = lines.firstIndex { $0.trimmed.isEmpty } ?? lines.count
    take(unwrapped(Array(lines[..<paragraph])), endingAt: paragraph)
    take(lines[0].trimmed, endingAt: 1)
    return found
  }

  /// The comment that the lines begin with, and the line after it.
  private static func comment(_ lines: [String], _ languageID: String) -> (text: String, end: Int)?
  {
    let buffer = TextBuffer(lines.joined(separator: "\n"))
    var found: (text: String, end: Int)?
    for line in 0..<min(buffer.lineCount, 100) {
      let range = buffer.line(line)
      guard
        let instruction = InstructionDetector.detect(
          in: buffer, languageID: languageID, at: range.upperBound),
        instruction.kind == .comment, buffer.lineIndex(of: instruction.range.lowerBound) == 0
      else { break }
      let end = buffer.lineIndex(of: max(0, instruction.range.upperBound - 1)) + 1
      if end <= line { break }
      found = (instruction.text, end)
    }
    return found
  }
}

extension String {
  fileprivate var trimmedOfBlankLines: String {
    var lines = self.lines
    while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
    while let first = lines.first, first.trimmed.isEmpty { lines.removeFirst() }
    return lines.joined(separator: "\n")
  }
}
