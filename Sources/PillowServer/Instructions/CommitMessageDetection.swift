/// Commit messages in the file that Git opens: the message above, comments and the diff below.
struct CommitMessageDetection {
  let text: TextBuffer
  let cursor: Cursor

  /// As much of a diff as helps a small model.
  private static let longestInput = 4000

  func detect() -> Instruction? {
    let scissors = (0..<text.lineCount).first { isScissors($0) } ?? text.lineCount
    let firstComment = (0..<scissors).first { isComment($0) } ?? scissors
    let messageEnd = min(scissors, firstComment)
    guard cursor.line < max(messageEnd, 1), text.isBlank(cursor.line) else { return nil }
    let input = input(scissors: scissors)
    guard !input.isEmpty else { return nil }
    let written = (0..<min(messageEnd, cursor.line)).filter { !text.isBlank($0) }
    let insertion = text.insertion(onOwnLine: cursor, indentation: "")
    guard let subject = written.first else {
      return instruction("Write a commit message for this change.", input, 0, insertion)
    }
    // The body is asked for below the empty line that follows the subject.
    guard written.count == 1, cursor.line >= subject + 2 else { return nil }
    let request =
      "Write the body of the commit message with the subject "
      + "\"\(text.trimmedLine(subject))\" for this change."
    return instruction(request, input, subject, insertion)
  }

  private func instruction(
    _ request: String, _ input: String, _ line: Int, _ insertion: Instruction.Insertion
  ) -> Instruction {
    Instruction(
      kind: .commitMessage, range: text.line(line), text: request, input: input, language: nil,
      indentation: "", insertion: insertion)
  }

  private func isComment(_ line: Int) -> Bool { text.lineText(line).hasPrefix("#") }

  private func isScissors(_ line: Int) -> Bool {
    isComment(line) && text.lineText(line).contains("------ >8 ------")
  }

  /// The diff of `git commit --verbose`, or else the list of files in the comments.
  private func input(scissors: Int) -> String {
    var lines: [String] = []
    if scissors < text.lineCount {
      let below = (scissors + 1..<text.lineCount).lazy.filter { !isComment($0) }
      lines = below.prefix(400).map { text.lineText($0) }
    }
    if lines.allSatisfy({ $0.trimmed.isEmpty }) {
      lines = (0..<scissors).filter { text.lineText($0).hasPrefix("#\t") }
        .map { text.lineText($0).dropFirst(2).trimmed }
    }
    return String(lines.joined(separator: "\n").trimmed.prefix(Self.longestInput))
  }
}
