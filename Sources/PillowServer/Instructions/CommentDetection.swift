import Languages

/// Instructions in the comments of code.
struct CommentDetection {
  let text: TextBuffer
  let cursor: Cursor
  /// The language id, as the client sends it.
  let id: String
  let language: Language?
  /// The lines that are code: all of them, or those between two fences.
  let lines: Range<Int>
  let openings: InstructionOpenings

  private var comments: Comments {
    Comments(text: text, syntax: language?.comments ?? .unknown, lines: lines)
  }

  /// How far a signature between the comment and the cursor may reach.
  private static let longestSignature = 8

  func detect() throws(NoInstruction) -> Instruction {
    let line = text.line(cursor.line)
    let isAtEnd = text.isBlank(min(cursor.offset, line.upperBound)..<line.upperBound)
    if let comment = comments.blockEnding(at: cursor.line) {
      let below = Instruction.Insertion(
        replacing: cursor.offset..<cursor.offset, prefix: "\n" + indentation(below: comment))
      return try instruction(comment, insertion: isAtEnd ? below : nil)
    }
    if let leader = comments.leader(of: cursor.line) {
      return try onCommentLine(leader, isAtEnd: isAtEnd)
    }
    if let comment = comments.openBlock(at: cursor) {
      return try instruction(comment, insertion: nil)
    }
    guard text.isBlank(cursor.line) else { throw .nothingHere }
    return try belowComment()
  }

  // MARK: On a comment

  private func onCommentLine(
    _ leader: String, isAtEnd: Bool
  ) throws(NoInstruction) -> Instruction {
    if comments.content(of: cursor.line, leader).isEmpty {
      // Editors go on with a comment after Enter: the empty comment line makes room for the answer.
      guard isAtEnd, cursor.line > lines.lowerBound,
        let comment = comments.lineComment(endingAt: cursor.line - 1),
        comments.leader(of: cursor.line - 1) == leader
      else { throw .tooShort }
      // The leader goes, and the answer begins below: editors hide as many characters of the first
      // line that is shown as stand before the cursor.
      let start = text.content(cursor.line).lowerBound
      return try instruction(
        comment,
        insertion: .init(
          replacing: start..<cursor.offset, prefix: "\n" + text.indentation(cursor.line)))
    }
    let last = comments.lastLine(of: leader, from: cursor.line)
    guard let comment = comments.lineComment(endingAt: last) else { throw .nothingHere }
    let isLast = comment.lines.upperBound == cursor.line
    let insertion = Instruction.Insertion(
      replacing: cursor.offset..<cursor.offset, prefix: "\n" + text.indentation(cursor.line))
    return try instruction(comment, insertion: isLast && isAtEnd ? insertion : nil)
  }

  // MARK: Above the cursor

  private func belowComment() throws(NoInstruction) -> Instruction {
    var above = cursor.line - 1
    if above > lines.lowerBound, text.isBlank(above) { above -= 1 }
    guard above >= lines.lowerBound, !text.isBlank(above) else { throw .nothingHere }
    var code: [Int] = []
    while above >= lines.lowerBound, code.count <= Self.longestSignature, !text.isBlank(above) {
      if let comment = comments.blockEnding(at: above) ?? comments.lineComment(endingAt: above) {
        guard code.isEmpty || opensBody(text.trimmedLine(code[0])) else { throw .nothingHere }
        return try below(comment, signature: code.reversed())
      }
      code.append(above)
      above -= 1
    }
    throw .nothingHere
  }

  private func below(
    _ comment: Comments.Comment, signature: [Int]
  ) throws(NoInstruction) -> Instruction {
    var signature = signature
    var indentation = indentation(below: comment)
    let present = text.blanks(before: cursor)
    // A docstring stands under its signature, or within it, as Clojure has it.
    let before = comment.lines.lowerBound - 1
    if signature.isEmpty || comments.syntax.isLisp, before >= lines.lowerBound, comment.isBlock,
      text.isIndented(comment.lines.lowerBound), opensBody(text.trimmedLine(before))
    {
      signature.insert(before, at: 0)
    } else if let last = signature.first.map({ text.indentation($0) }) {
      indentation = last + (last.contains("\t") || language?.id == "go" ? "\t" : "    ")
    }
    // What is there already was put there for what comes.
    if !indentation.hasPrefix(present) || !signature.isEmpty && !present.isEmpty {
      indentation = present
    }
    var found = try instruction(
      comment, insertion: text.insertion(onOwnLine: cursor, indentation: indentation))
    found.input = signature.map { text.lineText($0) }.joined(separator: "\n")
    found.indentation = indentation
    return found
  }

  private func opensBody(_ line: String) -> Bool {
    // The arguments of Clojure's functions have a line of their own.
    BodyOpening.opensBody(line)
      || comments.syntax.isLisp && line.hasPrefix("[") && line.hasSuffix("]")
  }

  private func indentation(below comment: Comments.Comment) -> String {
    text.indentation(comment.lines.lowerBound)
  }

  private func instruction(
    _ comment: Comments.Comment, insertion: Instruction.Insertion?
  ) throws(NoInstruction) -> Instruction {
    guard !comment.lines.contains(where: { text.isEndless($0) }) else { throw .tooLong }
    let judgement = InstructionJudgement(
      language: language, place: .comment, openings: openings)
    if let refusal = judgement.refusal(comment.text, lines: comment.contents) {
      let place = WantedPlace(text: text, comments: comments, language: language)
      guard refusal == .statement, insertion != nil, place.asks(comment, cursor: cursor.line)
      else { throw refusal }
    }
    let start = text.content(comment.lines.lowerBound).lowerBound
    let first = text.indentation(comment.lines.lowerBound)
    return Instruction(
      kind: .comment,
      range: start + first.utf8.count..<text.line(comment.lines.upperBound).upperBound,
      text: comment.text, input: "", language: id.isEmpty ? nil : id,
      indentation: first, insertion: insertion)
  }
}
