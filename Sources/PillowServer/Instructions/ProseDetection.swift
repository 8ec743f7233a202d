/// Instructions in Markdown and plain text: the paragraph that ends at the cursor, or stands above
/// it.
struct ProseDetection {
  let text: TextBuffer
  let cursor: Cursor
  let language: String

  private static let longestParagraph = 60
  private static let longestBlock = 200

  func detect() -> Instruction? {
    if let fence = openFence() { return inFence(fence) }
    if let found = inMarkupComment() { return found }
    return text.isBlank(cursor.line) ? belowParagraph() : onParagraph()
  }

  // MARK: Fences

  private struct Fence {
    var line: Int
    var language: String
  }

  private func fence(_ line: Int) -> Fence? {
    guard let first = text.firstByte(line), first == UInt8(ascii: "`") || first == UInt8(ascii: "~")
    else { return nil }
    let trimmed = text.trimmedLine(line)
    guard trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") else { return nil }
    let info = trimmed.drop { $0 == "`" || $0 == "~" }
    let word = info.split { !$0.isLetter && !$0.isNumber && $0 != "+" && $0 != "#" && $0 != "-" }
    return Fence(line: line, language: word.first.map { $0.lowercased() } ?? "")
  }

  /// The fence of the code block that the cursor is in.
  private func openFence() -> Fence? {
    var open: Fence?
    for line in max(0, cursor.line - 5000)..<cursor.line {
      if let fence = fence(line) { open = open == nil ? fence : nil }
    }
    return open
  }

  /// In a code block, its own language's comments are what asks.
  private func inFence(_ fence: Fence) -> Instruction? {
    let aliases = ["py": "python", "js": "javascript", "ts": "typescript", "rs": "rust"]
    let id = aliases[fence.language] ?? fence.language
    guard !id.isEmpty, self.fence(cursor.line) == nil else { return nil }
    return CommentDetection(
      text: text, cursor: cursor, language: id, syntax: CommentSyntax.of(id)
    ).detect()
  }

  private func inMarkupComment() -> Instruction? {
    guard let syntax = Self.comments[language] else { return nil }
    var found = CommentDetection(
      text: text, cursor: cursor, language: language, syntax: syntax
    ).detect()
    // What a comment in LaTeX asks for is LaTeX; of the others it is prose.
    if !["latex", "tex"].contains(language) { found?.language = nil }
    return found
  }

  private static let comments: [String: CommentSyntax] = [
    "markdown": .markup, "mdx": .markup, "quarto": .markup, "latex": .percent, "tex": .percent,
    "asciidoc": CommentSyntax(line: ["//"]), "org": CommentSyntax(line: ["# "]),
    "restructuredtext": .restructured, "rst": .restructured, "typst": .slash,
  ]

  /// What lines begin with that are markup and no prose.
  private static let markup: [String: [String]] = [
    "latex": ["%", "\\"], "tex": ["%", "\\"],
    "asciidoc": ["=", "//", ":", "----", "....", "|", "[", "image::", "include::"],
    "org": ["*", "#", ":", "|", "-----"],
    "restructuredtext": ["..", "===", "---", "~~~", "***", ":", "+--", "|"],
    "rst": ["..", "===", "---", "~~~", "***", ":", "+--", "|"],
    "typst": ["=", "#", "//"],
  ]

  /// The last line of the front matter that a file begins with.
  private var frontMatterEnd: Int? {
    guard text.trimmedLine(0) == "---" else { return nil }
    return (1..<max(1, min(text.lineCount, 200))).first { text.trimmedLine($0) == "---" }
  }

  // MARK: Paragraphs

  private func onParagraph() -> Instruction? {
    guard isProse(cursor.line) else { return nil }
    var last = cursor.line
    while last + 1 < text.lineCount, last - cursor.line < Self.longestParagraph,
      isProse(last + 1)
    {
      last += 1
    }
    let end = text.line(cursor.line).upperBound
    let isAtEnd = last == cursor.line && text.isBlank(min(cursor.offset, end)..<end)
    let insertion = Instruction.Insertion(
      replacing: cursor.offset..<cursor.offset, prefix: "\n\n")
    return instruction(endingAt: last, input: nil, insertion: isAtEnd ? insertion : nil)
  }

  private func belowParagraph() -> Instruction? {
    var above = cursor.line - 1
    if above > 0, text.isBlank(above) { above -= 1 }
    guard above >= 0, !text.isBlank(above) else { return nil }
    // A new paragraph needs an empty line between it and the one above.
    let separator = above == cursor.line - 1 ? "\n" : ""
    let insertion = text.insertion(onOwnLine: cursor, indentation: "", before: separator)
    if isProse(above) { return instruction(endingAt: above, input: nil, insertion: insertion) }
    guard let (input, first) = block(endingAt: above), first > 0 else { return nil }
    var last = first - 1
    if last > 0, text.isBlank(last) { last -= 1 }
    guard isProse(last) else { return nil }
    return instruction(endingAt: last, input: input, insertion: insertion)
  }

  private func isProse(_ line: Int) -> Bool {
    let trimmed = text.trimmedLine(line)
    guard !trimmed.isEmpty, line > frontMatterEnd ?? -1 else { return false }
    if let marks = Self.markup[language] { return !marks.contains { trimmed.hasPrefix($0) } }
    if ["", "plaintext", "text", "txt", "mail"].contains(language) {
      return !trimmed.hasPrefix(">") && fence(line) == nil
    }
    let others = ["#", "|", ">", "---", "===", "***", "<!--", "```", "~~~", "![", "[//]"]
    return !others.contains { trimmed.hasPrefix($0) }
  }

  private func instruction(
    endingAt last: Int, input: String?, insertion: Instruction.Insertion?
  ) -> Instruction? {
    var first = last
    while first > 0, last - first < Self.longestParagraph, isProse(first - 1) { first -= 1 }
    let lines = (first...last).map { text.lineText($0) }
    let said = unwrapped(lines)
    guard InstructionDetector.looksLikeInstruction(said) else { return nil }
    var about = input ?? ""
    if input == nil, first > 1, text.isBlank(first - 1), let above = block(endingAt: first - 2) {
      about = above.content
    }
    let start = text.line(first).lowerBound + text.indentation(first).utf8.count
    return Instruction(
      kind: .paragraph, range: start..<text.line(last).upperBound, text: said, input: about,
      language: nil, indentation: "", insertion: insertion)
  }

  // MARK: Blocks that a paragraph is about

  /// The fenced or quoted block whose last line this is, and its first line.
  private func block(endingAt last: Int) -> (content: String, first: Int)? {
    if fence(last) != nil {
      var first = last - 1
      while first >= 0, last - first < Self.longestBlock {
        if fence(first) != nil {
          let lines = (first + 1..<last).map { text.lineText($0) }
          return (lines.joined(separator: "\n"), first)
        }
        first -= 1
      }
      return nil
    }
    guard text.trimmedLine(last).hasPrefix(">") else { return nil }
    var first = last
    while first > 0, text.trimmedLine(first - 1).hasPrefix(">") { first -= 1 }
    let lines = (first...last).map { text.trimmedLine($0).drop { $0 == ">" }.trimmed }
    return (lines.joined(separator: "\n"), first)
  }
}
