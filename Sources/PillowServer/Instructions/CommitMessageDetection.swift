import Mining

/// Commit messages in the file that a version control system opens: the message above, its own
/// lines and the diff below.
struct CommitMessageDetection {
  let text: TextBuffer
  let cursor: Cursor

  /// As much of a diff as helps a small model.
  private static let longestInput = 4000

  /// - Parameters:
  ///   - staged: what is staged; empty where only the buffer tells.
  ///   - allows: whether a file may be read.
  func detect(staged: String, allows: (String) -> Bool) throws(NoInstruction) -> Instruction {
    let buffer = CommitBuffer(text)
    let end = buffer.messageEnd
    guard cursor.line < max(end, 1) else { throw .forMachines }
    // Trailers that git adds itself are no message.
    let written = (0..<end).filter { !text.isBlank($0) && !Self.isTrailer(text.trimmedLine($0)) }
    guard text.isBlank(cursor.line) else { throw .finished }
    // With `commit.status=false` the buffer says nothing of the changes.
    let input =
      staged.isEmpty
      ? String(Self.input(buffer.changes, allows).prefix(Self.longestInput)) : staged
    guard !input.isEmpty else { throw .noChanges }
    let insertion = text.insertion(onOwnLine: cursor, indentation: "")
    let above = written.filter { $0 < cursor.line }
    guard let subject = above.first else {
      // Below the cursor stands what another commit said, as with `--amend`.
      guard written.isEmpty || buffer.isTemplate(written) else { throw .finished }
      return instruction("Write a commit message for this change.", input, 0, insertion)
    }
    // Git finds the commit that it belongs to by its subject, and takes that one's message.
    let takes = ["fixup! ", "squash! ", "amend! "]
    guard !takes.contains(where: { text.trimmedLine(subject).hasPrefix($0) }) else {
      throw .finished
    }
    // The body is asked for below the empty line that follows the subject.
    guard above.count == 1, cursor.line >= subject + 2 else { throw .finished }
    let request =
      "Write the body of the commit message with the subject "
      + "\"\(text.trimmedLine(subject))\" for this change."
    return instruction(request, input, subject, insertion)
  }

  /// A diff is written as in mined exemplars; a list of files stays as it is.
  private static func input(_ changes: [String], _ allows: (String) -> Bool) -> String {
    let text = changes.joined(separator: "\n")
    let whole = Diff(parsing: text).withoutSecrets
    let diff = Diff(files: whole.files.filter { allows($0.path) })
    // Without its hunks' headings a diff was cut or written by hand.
    let isRead = whole.files.contains { !$0.hunks.isEmpty || $0.isBinary || $0.kind != .changed }
    return isRead ? DiffText.text(of: diff) : text.trimmed
  }

  private static let trailers: Set<String> = [
    "signed-off-by", "co-authored-by", "change-id", "reviewed-by", "acked-by", "tested-by", "cc",
    "helped-by", "reported-by",
  ]

  private static func isTrailer(_ line: String) -> Bool {
    line.firstIndex(of: ":").map { trailers.contains(line[..<$0].lowercased()) } ?? false
  }

  private func instruction(
    _ request: String, _ input: String, _ line: Int, _ insertion: Instruction.Insertion
  ) -> Instruction {
    Instruction(
      kind: .commitMessage, range: text.line(line), text: request, input: input, language: nil,
      indentation: "", insertion: insertion)
  }
}

/// The parts of such a file. Git's comments begin with `core.commentChar` or `core.commentString`,
/// which is read off the file itself; Jujutsu's begin with `JJ:`, Mercurial's with `HG:`.
struct CommitBuffer {
  private let text: TextBuffer
  /// What the tool's own lines begin with.
  let mark: String
  /// The line that everything below is cut off at.
  private let cut: Int
  /// The first line that is no longer message.
  let messageEnd: Int

  init(_ text: TextBuffer) {
    self.text = text
    var cut = text.lineCount
    var mark: String?
    for line in 0..<min(text.lineCount, 20_000) where !text.isEndless(line) {
      guard let found = Self.cut(text.lineText(line)) else { continue }
      (cut, mark) = (line, found)
      break
    }
    let chosen = mark.flatMap { $0.isEmpty ? nil : $0 } ?? Self.mark(text, before: cut)
    self.mark = chosen
    self.cut = cut
    messageEnd = (0..<cut).first { text.lineText($0).hasPrefix(chosen) } ?? cut
  }

  /// Git's scissors, `JJ: ignore-rest`, Subversion's and CVS's lines.
  ///
  /// - Returns: the comment mark that the line begins with, if it is such a line.
  private static func cut(_ line: String) -> String? {
    if let range = line.firstRange(of: " ------------------------ >8 ------------------------") {
      return String(line[..<range.lowerBound])
    }
    if line.hasPrefix("JJ: ignore-rest") { return "JJ:" }
    if line.hasPrefix("--This line, and those below") { return "--This line" }
    return line.hasPrefix("***END OF DESCRIPTION***") ? "***" : nil
  }

  private static let marks = ["JJ:", "HG:", "SVN:", "CVS:", "//", "--", ";;", "%%", "REM"]

  /// What the last lines all begin with: a tab behind it lists a file.
  private static func mark(_ text: TextBuffer, before cut: Int) -> String {
    var line = cut - 1
    while line > 0, text.isBlank(line) { line -= 1 }
    guard line >= 0, !text.isBlank(line) else { return "#" }
    var block: [String] = []
    while line >= 0, !text.isBlank(line), block.count < 500 {
      block.append(text.trimmedLine(line))
      line -= 1
    }
    for entry in block {
      if let tab = entry.firstIndex(of: "\t"), tab > entry.startIndex {
        let before = String(entry[..<tab])
        let isMark = !before.contains { $0.isLetter || $0 == " " }
        if before.count <= 8, isMark || block.allSatisfy({ $0.hasPrefix(before) }) {
          return before
        }
      }
    }
    if let known = marks.first(where: { mark in block.allSatisfy { $0.hasPrefix(mark) } }) {
      return known
    }
    if let first = block.first?.first, "#;@!$%^&|:".contains(first),
      block.allSatisfy({ $0.first == first })
    {
      return String(first)
    }
    return "#"
  }

  /// Whether what is written is a template of `commit.template`, all of it in comments.
  func isTemplate(_ lines: [Int]) -> Bool { lines.allSatisfy { text.lineText($0).hasPrefix(mark) } }

  /// The diff, or else the files that the comments list.
  var changes: [String] {
    var lines: [String] = []
    if cut < text.lineCount {
      lines = (cut + 1..<text.lineCount).lazy.filter { !text.lineText($0).hasPrefix(mark) }
        .prefix(400).map { text.lineText($0) }
    }
    guard lines.allSatisfy({ $0.trimmed.isEmpty }) else { return lines }
    var isCommitted = true
    return (0..<cut).compactMap { line in
      let content = text.lineText(line)
      guard content.hasPrefix(mark) else { return nil }
      let rest = content.dropFirst(mark.count)
      // Git lists what the commit leaves out, too.
      if rest.hasPrefix(" "), rest.hasSuffix(":") {
        isCommitted = !["Untracked files", "Changes not staged"].contains {
          rest.trimmed.hasPrefix($0)
        }
      }
      guard isCommitted else { return nil }
      return rest.hasPrefix("\t") || Self.isFile(rest.trimmed) ? rest.trimmed : nil
    }
  }

  /// `M app.py` of Jujutsu, `changed app.py` of Mercurial.
  private static func isFile(_ line: String) -> Bool {
    let words = line.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return false }
    return ["A", "M", "D", "R", "C", "changed", "added", "removed"].contains(words[0])
      && !words[1].contains(": ")
  }
}
