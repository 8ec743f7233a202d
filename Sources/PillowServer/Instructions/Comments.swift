import Languages

/// The comments of a text, found from the line where one ends.
struct Comments {
  let text: TextBuffer
  let syntax: CommentSyntax
  /// The lines that are looked at.
  let lines: Range<Int>

  /// How far up a comment may reach.
  private static let longest = 60

  /// A comment: its lines, and what it says.
  struct Comment {
    var lines: ClosedRange<Int>
    /// What each line says, without marks.
    var contents: [String]
    var isBlock = false

    var text: String { unwrapped(contents.map { InstructionJudgement.isRule($0) ? "" : $0 }) }
  }

  // MARK: Line comments

  func leader(of line: Int) -> String? {
    let trimmed = text.trimmedLine(line)
    guard let leader = syntax.leader(of: trimmed, isIndented: text.isIndented(line)) else {
      return nil
    }
    // What parts a script into cells says nothing; a shebang and a directive speak to programs.
    if leader == "#", trimmed.hasPrefix("# %%") || trimmed.hasPrefix("#%%") { return nil }
    if line == 0, trimmed.hasPrefix("#!") { return nil }
    if leader == ".. ", Self.isDirective(trimmed.dropFirst(3)) { return nil }
    // Lua's `--[[` begins a block, though `--` begins a line; its `--]]` ends one.
    for block in syntax.block {
      if let opening = block.opening(of: trimmed), opening.count > leader.count,
        opening.hasPrefix(leader)
      {
        return nil
      }
      if ending(of: line, block).hasSuffix(block.close),
        blockOfSeveralLines(endingAt: line, block) != nil
      {
        return nil
      }
    }
    // A rule of slashes belongs to the comment around it, whatever its length.
    if trimmed.count > leader.count + 1, let mark = leader.last, "#/;%-".contains(mark),
      trimmed.allSatisfy({ $0 == mark })
    {
      return syntax.line.last { trimmed.hasPrefix($0) }
    }
    return leader
  }

  /// A directive, a target, a footnote or a substitution of reStructuredText.
  private static func isDirective(_ content: Substring) -> Bool {
    let content = content.trimmed
    if content.hasPrefix("_") || content.hasPrefix("[") || content.hasPrefix("|") { return true }
    return content.prefix { !$0.isWhitespace }.hasSuffix("::")
  }

  /// What a line says behind its mark, which may be repeated: `////`.
  func content(of line: Int, _ leader: String) -> String {
    var rest = text.trimmedLine(line).dropFirst(leader.count)
    if let last = leader.last, "#/;%!".contains(last), rest.contains(where: { $0 != last }) {
      rest = rest.drop { $0 == last }
    }
    return Self.withoutTags(MachineComments.withoutDirective(rest.trimmed))
  }

  /// Without the marks of documentation comments that stand around its words.
  static func withoutTags(_ line: String) -> String {
    guard line.contains("<") || line.contains("{@") || line.hasPrefix(".") else { return line }
    if [".synopsis", ".description"].contains(line.lowercased()) { return "" }
    var line = line
    for name in ["summary", "remarks", "para"] {
      line = line.replacing("<\(name)>", with: "").replacing("</\(name)>", with: "")
    }
    // Javadoc's `{@code x}` and `{@link y}` say x and y.
    while let open = line.firstRange(of: "{@"),
      let close = line[open.upperBound...].firstIndex(of: "}")
    {
      let inner = line[open.upperBound..<close].drop { !$0.isWhitespace }.trimmed
      line.replaceSubrange(open.lowerBound...close, with: inner)
    }
    return line.trimmed
  }

  /// The last line of the comment that a line is in; an empty comment line ends it.
  func lastLine(of leader: String, from line: Int) -> Int {
    var last = line
    while last + 1 < lines.upperBound, last - line < Self.longest,
      self.leader(of: last + 1) == leader, !content(of: last + 1, leader).isEmpty
    {
      last += 1
    }
    return last
  }

  /// The lines of one mark and indentation that end with this one.
  func lineComment(endingAt last: Int) -> Comment? {
    guard var leader = leader(of: last) else { return nil }
    let indentation = text.indentation(last)
    // What speaks to a tool stands between an instruction and what it is about.
    var last = last
    while MachineComments.isDirective(line: content(of: last, leader)), last > lines.lowerBound,
      self.leader(of: last - 1) == leader, text.indentation(last - 1) == indentation
    {
      last -= 1
    }
    var first = last
    var contents = [content(of: last, leader)]
    while first > lines.lowerBound, last - first < Self.longest,
      let above = self.leader(of: first - 1), text.indentation(first - 1) == indentation
    {
      // Lua has its annotations, `---@param`, below the words in `--`.
      guard above == leader || leader.hasPrefix(above) && contents[0].hasPrefix("@"),
        !MachineComments.isDirective(line: content(of: first - 1, above))
      else { break }
      leader = above
      first -= 1
      contents.insert(content(of: first, leader), at: 0)
    }
    return Comment(lines: first...last, contents: contents)
  }

  // MARK: Blocks

  /// A line up to the end of its block, without a line comment behind it: `]]--`, `""" # noqa`.
  private func ending(of line: Int, _ block: CommentSyntax.Block) -> String {
    let content = text.trimmedLine(line)
    guard !content.hasSuffix(block.close),
      let close = content.ranges(of: block.close).last,
      syntax.leader(of: content[close.upperBound...].trimmed) != nil
    else { return content }
    return String(content[..<close.upperBound])
  }

  /// The block comment whose last line this is.
  func blockEnding(at last: Int) -> Comment? {
    for block in syntax.block {
      let end = ending(of: last, block)
      guard end.hasSuffix(block.close) else { continue }
      if let found = blockOfOneLine(last, end, block) { return found }
      if let found = blockOfSeveralLines(endingAt: last, block) { return found }
    }
    return nil
  }

  private func blockOfOneLine(
    _ line: Int, _ content: String, _ block: CommentSyntax.Block
  ) -> Comment? {
    guard let opening = block.opening(of: content),
      content.count >= opening.count + block.close.count
    else { return nil }
    let inner = content.dropFirst(opening.count).dropLast(block.close.count)
    if block.nests {
      guard Self.depths(of: inner[...], block).allSatisfy({ $0 >= 0 }),
        Self.depths(of: inner[...], block).last ?? 0 == 0
      else { return nil }
    } else if inner.contains(block.close) {
      return nil
    }
    guard isDocumentation(line, opening, block) else { return nil }
    let words = Self.withoutMarks(inner.trimmed, block)
    return Comment(lines: line...line, contents: [Self.withoutTags(words)], isBlock: true)
  }

  /// Without the marks that lengthen its end: `W **/`, `W -#}`.
  private static func withoutMarks(_ content: String, _ block: CommentSyntax.Block) -> String {
    let marks = block.close.filter { "*#-".contains($0) } + (block.open == "{#" ? "-" : "")
    let words = content.reversed().drop { marks.contains($0) }
    guard words.count < content.count, words.first?.isWhitespace ?? true else { return content }
    return String(words.reversed()).trimmed
  }

  private func blockOfSeveralLines(
    endingAt last: Int, _ block: CommentSyntax.Block
  ) -> Comment? {
    guard last > lines.lowerBound else { return nil }
    var missing = block.nests ? -(Self.depths(of: text.trimmedLine(last)[...], block).last ?? 0) : 1
    guard missing > 0 else { return nil }
    var first = last - 1
    while first >= lines.lowerBound, last - first < Self.longest {
      let line = text.trimmedLine(first)
      let opening = block.opening(of: line)
      if block.nests {
        missing -= Self.depths(of: line[...], block).last ?? 0
        if missing == 0, opening != nil { return contents(first...last, block, isClosed: true) }
        if missing <= 0 { return nil }
      } else if let opening, !line.dropFirst(opening.count).contains(block.close) {
        guard isDocumentation(first, opening, block) else { return nil }
        return contents(first...last, block, isClosed: true)
      } else if line.contains(block.close) {
        return nil
      }
      first -= 1
    }
    return nil
  }

  /// The block comment that the cursor is in, as far as it goes before the cursor.
  func openBlock(at cursor: Cursor) -> Comment? {
    for block in syntax.block {
      // Characters such as Lisp's `?"` would mislead who counts quotation marks.
      guard !block.isSymmetric || block.docstring == .inDefinition else {
        if let comment = openSymmetricBlock(at: cursor, block) { return comment }
        continue
      }
      var open = 0
      var first = cursor.line
      while first >= lines.lowerBound, cursor.line - first < Self.longest {
        let line = text.trimmedLine(first)
        if block.nests {
          open += Self.depths(of: line[...], block).last ?? 0
          if open > 0 {
            guard block.opening(of: line) != nil else { break }
            return contents(first...cursor.line, block, isClosed: false)
          }
        } else if let opening = block.opening(of: line),
          !line.dropFirst(opening.count).contains(block.close)
        {
          guard isDocumentation(first, opening, block) else { break }
          return contents(first...cursor.line, block, isClosed: false)
        } else if line.contains(block.close), first < cursor.line {
          break
        }
        first -= 1
      }
    }
    return nil
  }

  /// Where both marks are the same, only their number tells whether the block is open.
  private func openSymmetricBlock(at cursor: Cursor, _ block: CommentSyntax.Block) -> Comment? {
    let start = text.line(max(lines.lowerBound, cursor.line - 2000)).lowerBound
    var first: Int?
    for offset in text.occurrences(of: block.close, in: start..<cursor.offset) {
      first = first == nil ? text.lineIndex(of: offset) : nil
    }
    guard let first, cursor.line - first < Self.longest,
      let opening = block.opening(of: text.trimmedLine(first)),
      isDocumentation(first, opening, block)
    else { return nil }
    return contents(first...cursor.line, block, isClosed: false)
  }

  /// How deep a line is in nested blocks after each mark, counted from its start.
  private static func depths(of line: Substring, _ block: CommentSyntax.Block) -> [Int] {
    var depths: [Int] = []
    var depth = 0
    var rest = line
    while !rest.isEmpty {
      if rest.hasPrefix(block.open) {
        depth += 1
        depths.append(depth)
        rest = rest.dropFirst(block.open.count)
      } else if rest.hasPrefix(block.close) {
        depth -= 1
        depths.append(depth)
        rest = rest.dropFirst(block.close.count)
      } else {
        rest = rest.dropFirst()
      }
    }
    return depths
  }

  /// A string literal documents what it opens: a body or a file. Behind `=` or `(` it is a value.
  private func isDocumentation(
    _ line: Int, _ opening: String, _ block: CommentSyntax.Block
  ) -> Bool {
    guard let docstring = block.docstring, !opening.hasPrefix("@") else { return true }
    var above = line - 1
    while above >= lines.lowerBound,
      text.isBlank(above) || syntax.leader(of: text.trimmedLine(above)) != nil
    {
      above -= 1
    }
    guard above >= lines.lowerBound else { return true }
    var code = text.trimmedLine(above)
    if let comment = code.firstRange(of: "  #") { code = code[..<comment.lowerBound].trimmed }
    return switch docstring {
    case .inBody: code.hasSuffix(":")
    case .above: !["=", "(", ",", "["].contains { code.hasSuffix($0) }
    case .inDefinition: BodyOpening.isLispFunction(code)
    }
  }

  private func contents(
    _ range: ClosedRange<Int>, _ block: CommentSyntax.Block, isClosed: Bool
  ) -> Comment {
    var contents = range.map { text.trimmedLine($0) }
    if isClosed { contents[contents.count - 1] = ending(of: range.upperBound, block) }
    if let opening = block.opening(of: contents[0]) {
      contents[0] = String(contents[0].dropFirst(opening.count))
    }
    if isClosed, let last = contents.last, last.hasSuffix(block.close) {
      var rest = last.dropLast(block.close.count)
      // Lua's end may be commented itself: `--]]`.
      if let leader = syntax.leader(of: last), rest.trimmed == leader { rest = "" }
      contents[contents.count - 1] = String(rest)
    }
    // Rules at both ends belong to the marks.
    for index in [0, contents.count - 1]
    where contents[index].trimmed.allSatisfy({ "*-#=%".contains($0) }) {
      contents[index] = ""
    }
    let mark = innerMark(contents.dropFirst(), block)
    contents = contents.enumerated().map { index, line in
      var line = line.trimmed
      if block.close == "=cut", line.hasPrefix("=end") { line = "" }
      if index > 0, let mark, line.hasPrefix(mark) {
        line = line.dropFirst(mark.count).trimmed
        // A box has its right side, too.
        if line.hasSuffix(" " + mark) { line = line.dropLast(mark.count).trimmed }
      }
      return Self.withoutTags(Self.withoutMarks(line, block))
    }
    return Comment(lines: range, contents: contents, isBlock: true)
  }

  /// What all lines of a block begin with beside its own marks: the stars of C, the dashes of
  /// Haskell, or the mark of a line comment.
  private func innerMark(_ lines: ArraySlice<String>, _ block: CommentSyntax.Block) -> String? {
    let lines = lines.map(\.trimmed).filter { !$0.isEmpty }
    let marks = (block.open.hasSuffix("-") ? ["-", "--"] : []) + syntax.line
    func isAt(_ mark: String, _ line: String) -> Bool { line == mark || line.hasPrefix(mark + " ") }
    if lines.contains(where: { isAt("*", $0) }) { return "*" }
    return marks.sorted { $0.count > $1.count }.first { mark in
      !lines.isEmpty && lines.allSatisfy { isAt(mark, $0) }
    }
  }
}
