/// Finds functions and types by the words that declare them, where no Universal Ctags does. Pure.
struct StructureReader {
  let text: SourceText
  private let form: BlockForm

  /// - Returns: nil for a language that it does not read.
  init?(_ text: SourceText) {
    guard let form = BlockForm(text.language), DeclaringLine.reads(text.language) else {
      return nil
    }
    self.text = text
    self.form = form
  }

  func declarations() -> [Declaration] {
    let blocks = BlockEnd(text: text, form: form)
    var found: [Declaration] = []
    // Types and functions that a line is within.
    var open: [Declaration] = []
    var comments = CommentLines(text.language)
    for line in text.lines.indices {
      let isComment = comments.take(text.lines[line])
      open.removeAll { $0.end < line }
      guard !isComment, !text.isBlank(line), text.lines[line].utf8.count < 400 else { continue }
      let reader = DeclaringLine(language: text.language, isWithinType: open.last?.kind == .type)
      guard let (kind, name) = reader.find(text.trimmed(line)) ?? reader.find(withType(line)),
        let end = blocks.end(from: line)
      else { continue }
      var declaration = Declaration(name: name, kind: kind, line: line, end: end)
      if let outer = open.last {
        declaration.scope = outer.symbol
        if declaration.kind == .function, outer.kind == .type { declaration.kind = .method }
        // Local functions are part of what they are in.
        if outer.kind != .type, declaration.kind != .type { continue }
      }
      found.append(declaration)
      open.append(declaration)
    }
    return found
  }

  /// A line of C with the type above it, where the name begins the line.
  private func withType(_ line: Int) -> String {
    guard ["c", "cpp", "cuda"].contains(text.language), line > 0, !text.isBlank(line - 1) else {
      return ""
    }
    let above = text.trimmed(line - 1)
    let isType = above.allSatisfy { $0.isLetter || $0.isNumber || " _:<>*&".contains($0) }
    return isType ? above + " " + text.trimmed(line) : ""
  }
}

/// Tells which lines are comments, as far as a line shows it.
private struct CommentLines {
  private let isHash: Bool
  /// What strings of several lines stand between.
  private let quotes: [String]
  private var open: String?

  init(_ language: String) {
    isHash = ["python", "ruby", "shellscript"].contains(language)
    quotes =
      switch language {
      case "python": ["\"\"\"", "'''"]
      case "swift", "kotlin", "java": ["\"\"\""]
      default: []
      }
  }

  /// - Returns: whether the line is a comment, or within a string or comment of several lines.
  mutating func take(_ line: Substring) -> Bool {
    let text = line.trimmed
    if let mark = open {
      if text.contains(mark) { open = nil }
      return true
    }
    if text.hasPrefix(isHash ? "#" : "//") { return true }
    for mark in quotes {
      let parts = text.split(separator: mark, omittingEmptySubsequences: false).count - 1
      if parts % 2 == 1 { open = mark }
    }
    if quotes.contains(where: text.hasPrefix) { return true }
    guard !isHash else { return false }
    guard text.hasPrefix("/*") else { return text.hasPrefix("* ") || text == "*" }
    if !text.contains("*/") { open = "*/" }
    return true
  }
}
