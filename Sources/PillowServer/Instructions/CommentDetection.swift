/// Instructions in the comments of code.
struct CommentDetection {
  let text: TextBuffer
  let cursor: Cursor
  let language: String
  let syntax: CommentSyntax

  /// How far up a comment, and the code between it and the cursor, may reach.
  private static let longestComment = 60
  private static let longestSignature = 8

  /// A comment: its lines, and what it says.
  private struct Comment {
    var lines: ClosedRange<Int>
    var text: String
  }

  func detect() -> Instruction? {
    let line = text.line(cursor.line)
    let isAtEnd = text.isBlank(min(cursor.offset, line.upperBound)..<line.upperBound)
    if let leader = leader(of: cursor.line) {
      return onCommentLine(leader, isAtEnd: isAtEnd)
    }
    if let comment = blockEnding(at: cursor.line) {
      let below = Instruction.Insertion(
        replacing: cursor.offset..<cursor.offset, prefix: "\n" + indentation(below: comment))
      return instruction(comment, insertion: isAtEnd ? below : nil)
    }
    if let comment = openBlock() { return instruction(comment, insertion: nil) }
    guard text.isBlank(cursor.line) else { return nil }
    return belowComment()
  }

  // MARK: On a comment

  private func onCommentLine(_ leader: String, isAtEnd: Bool) -> Instruction? {
    if content(of: cursor.line, leader).isEmpty {
      // Editors go on with a comment after Enter: the empty comment line makes room for the answer.
      guard isAtEnd, cursor.line > 0, let comment = lineComment(endingAt: cursor.line - 1),
        self.leader(of: cursor.line - 1) == leader
      else { return nil }
      // The leader goes, and the answer begins below: editors hide as many characters of the first
      // line that is shown as stand before the cursor.
      let start = text.line(cursor.line).lowerBound
      return instruction(
        comment,
        insertion: .init(
          replacing: start..<cursor.offset, prefix: "\n" + text.indentation(cursor.line)))
    }
    guard let comment = lineComment(endingAt: lastLine(of: leader)) else { return nil }
    let isLast = comment.lines.upperBound == cursor.line
    let insertion = Instruction.Insertion(
      replacing: cursor.offset..<cursor.offset, prefix: "\n" + text.indentation(cursor.line))
    return instruction(comment, insertion: isLast && isAtEnd ? insertion : nil)
  }

  private func leader(of line: Int) -> String? {
    let trimmed = text.trimmedLine(line)
    // What parts a script into cells says nothing.
    if trimmed.hasPrefix("# %%") || trimmed.hasPrefix("#%%") { return nil }
    guard let leader = syntax.leader(of: trimmed) else { return nil }
    // Lua's `--[[` begins a block, though `--` begins a line.
    let beginsBlock = syntax.block.contains {
      $0.open.count > leader.count && $0.open.hasPrefix(leader) && trimmed.hasPrefix($0.open)
    }
    return beginsBlock ? nil : leader
  }

  private func content(of line: Int, _ leader: String) -> String {
    text.trimmedLine(line).dropFirst(leader.count).trimmed
  }

  /// The last line of the comment that the cursor is in; an empty comment line ends it.
  private func lastLine(of leader: String) -> Int {
    var last = cursor.line
    while last + 1 < text.lineCount, last - cursor.line < Self.longestComment,
      self.leader(of: last + 1) == leader, !content(of: last + 1, leader).isEmpty
    {
      last += 1
    }
    return last
  }

  /// The lines of one marker and indentation that end with this one.
  private func lineComment(endingAt last: Int) -> Comment? {
    guard let leader = leader(of: last) else { return nil }
    let indentation = text.indentation(last)
    var first = last
    while first > 0, last - first < Self.longestComment, self.leader(of: first - 1) == leader,
      text.indentation(first - 1) == indentation, !text.trimmedLine(first - 1).hasPrefix("#!")
    {
      first -= 1
    }
    let lines = (first...last).map { content(of: $0, leader) }
    return Comment(lines: first...last, text: unwrapped(lines))
  }

  // MARK: Blocks

  /// The block comment whose last line this is.
  private func blockEnding(at last: Int) -> Comment? {
    let end = text.trimmedLine(last)
    for block in syntax.block where end.hasSuffix(block.close) {
      if end.hasPrefix(block.open), end.count >= block.open.count + block.close.count {
        let inner = end.dropFirst(block.open.count).dropLast(block.close.count)
        guard !inner.contains(block.close) else { continue }
        return Comment(lines: last...last, text: unwrapped([String(inner)]))
      }
      var first = last - 1
      while first >= 0, last - first < Self.longestComment {
        let line = text.trimmedLine(first)
        if line.hasPrefix(block.open) {
          return Comment(lines: first...last, text: blockText(first...last, block))
        }
        if line.contains(block.close) { break }
        first -= 1
      }
    }
    return nil
  }

  /// The block comment that the cursor is in, as far as it goes before the cursor.
  private func openBlock() -> Comment? {
    for block in syntax.block {
      guard block.open != block.close else {
        if let comment = openSymmetricBlock(block) { return comment }
        continue
      }
      var first = cursor.line
      while first >= 0, cursor.line - first < Self.longestComment {
        let line = text.trimmedLine(first)
        if line.hasPrefix(block.open), !line.contains(block.close) {
          return Comment(
            lines: first...cursor.line, text: blockText(first...cursor.line, block))
        }
        if line.contains(block.close), first < cursor.line { break }
        first -= 1
      }
    }
    return nil
  }

  /// Where both markers are the same, only their number tells whether the block is open.
  private func openSymmetricBlock(_ block: CommentSyntax.Block) -> Comment? {
    let start = text.line(max(0, cursor.line - 2000)).lowerBound
    var first: Int?
    for offset in text.occurrences(of: block.open, in: start..<cursor.offset) {
      first = first == nil ? text.lineIndex(of: offset) : nil
    }
    guard let first, cursor.line - first < Self.longestComment else { return nil }
    return Comment(lines: first...cursor.line, text: blockText(first...cursor.line, block))
  }

  private func blockText(_ lines: ClosedRange<Int>, _ block: CommentSyntax.Block) -> String {
    var contents = lines.map { text.trimmedLine($0) }
    contents[0] = String(contents[0].dropFirst(block.open.count))
    if let last = contents.last, last.hasSuffix(block.close) {
      contents[contents.count - 1] = String(last.dropLast(block.close.count))
    }
    let stripped = contents.enumerated().map { index, line in
      index > 0 && (line == "*" || line.hasPrefix("* ")) ? String(line.dropFirst()) : line
    }
    return unwrapped(stripped)
  }

  // MARK: Above the cursor

  private func belowComment() -> Instruction? {
    var above = cursor.line - 1
    if above > 0, text.isBlank(above) { above -= 1 }
    guard above >= 0, !text.isBlank(above) else { return nil }
    var code: [Int] = []
    while above >= 0, code.count <= Self.longestSignature, !text.isBlank(above) {
      if let comment = lineComment(endingAt: above) ?? blockEnding(at: above) {
        guard code.isEmpty || opensBody(text.trimmedLine(code[0])) else { return nil }
        return below(comment, signature: code.reversed())
      }
      code.append(above)
      above -= 1
    }
    return nil
  }

  private func below(_ comment: Comment, signature: [Int]) -> Instruction? {
    var signature = signature
    var indentation = indentation(below: comment)
    let present = text.blanks(before: cursor)
    if signature.isEmpty {
      // A docstring stands under its signature.
      let before = comment.lines.lowerBound - 1
      if before >= 0, blockEnding(at: comment.lines.upperBound) != nil,
        !text.indentation(comment.lines.lowerBound).isEmpty, opensBody(text.trimmedLine(before))
      {
        signature = [before]
      }
    } else if let last = signature.first.map({ text.indentation($0) }) {
      indentation = last + (last.contains("\t") || language == "go" ? "\t" : "    ")
    }
    // What is there already was put there for what comes.
    if !indentation.hasPrefix(present) || !signature.isEmpty && !present.isEmpty {
      indentation = present
    }
    var found = instruction(
      comment, insertion: text.insertion(onOwnLine: cursor, indentation: indentation))
    found?.input = signature.map { text.lineText($0) }.joined(separator: "\n")
    found?.indentation = indentation
    return found
  }

  private func opensBody(_ line: String) -> Bool {
    let endings = [":", "{", "(", "=", "=>", "->", " do", " then", "begin", "is", "as"]
    return endings.contains { line.hasSuffix($0) }
  }

  private func indentation(below comment: Comment) -> String {
    text.indentation(comment.lines.lowerBound)
  }

  private func instruction(
    _ comment: Comment, insertion: Instruction.Insertion?
  ) -> Instruction? {
    guard InstructionDetector.looksLikeInstruction(comment.text) else { return nil }
    let start = text.line(comment.lines.lowerBound).lowerBound
    let first = text.indentation(comment.lines.lowerBound)
    return Instruction(
      kind: .comment,
      range: start + first.utf8.count..<text.line(comment.lines.upperBound).upperBound,
      text: comment.text, input: "", language: language.isEmpty ? nil : language,
      indentation: first, insertion: insertion)
  }
}
