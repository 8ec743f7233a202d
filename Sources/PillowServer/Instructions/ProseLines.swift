import Languages

/// What the lines of a prose document are: paragraphs, or markup that nobody asks anything with.
struct ProseLines {
  let text: TextBuffer
  /// The id of ``LanguageTable``.
  let language: String
  let regions: CodeRegions
  /// The last line of the front matter that the document begins with; -1 without any.
  let frontMatterEnd: Int

  init(_ text: TextBuffer, language: String, near line: Int) {
    self.text = text
    self.language = language
    regions = CodeRegions(of: text, language: language, before: line + 100)
    frontMatterEnd = Self.frontMatterEnd(text)
  }

  /// `---` or `+++` on the first line, up to the same again (or `...`). While it is being written,
  /// its end is missing, and it goes as far as there are keys.
  private static func frontMatterEnd(_ text: TextBuffer) -> Int {
    let mark = text.trimmedLine(0)
    let ends = ["---": ["---", "..."], "+++": ["+++"], ";;;": [";;;"]]
    guard let ends = ends[mark], text.lineCount > 1 else { return -1 }
    let lines = 1..<min(text.lineCount, 500)
    if let end = lines.first(where: { ends.contains(text.trimmedLine($0)) }) {
      // A rule, a paragraph and another rule are no front matter.
      let isEmptyBelow = text.isBlank(1) && end > 1
      return mark == "---" && isEmptyBelow && !isKey(text.trimmedLine(2)) ? -1 : end
    }
    guard isKey(text.trimmedLine(1)) else { return -1 }
    return lines.first { text.isBlank($0) }.map { $0 - 1 } ?? text.lineCount - 1
  }

  private static func isKey(_ line: String) -> Bool {
    let key = line.prefix { $0.isLetter || $0.isNumber || "_-.\"'".contains($0) }
    let rest = line.dropFirst(key.count).drop { $0 == " " }
    return line.hasPrefix("#") || !key.isEmpty && (rest.hasPrefix(":") || rest.hasPrefix("="))
  }

  /// Whether a line is part of a paragraph.
  func isProse(_ line: Int) -> Bool { !text.isBlank(line) && reason(line) == nil }

  /// Why a line is no paragraph; `nil` where it is.
  func reason(_ line: Int) -> NoInstruction? {
    if line <= frontMatterEnd { return .frontMatter }
    if regions.region(at: line) != nil { return .markup }
    let trimmed = text.trimmedLine(line)
    guard !trimmed.isEmpty else { return .nothingHere }
    if trimmed.hasPrefix(">") { return .quotation }
    if Self.isUnderline(trimmed) { return .heading }
    if line + 1 < text.lineCount, isSetextUnderline(line + 1) { return .heading }
    if let marks = Self.markup[language] {
      return marks.contains { trimmed.hasPrefix($0) } ? .markup : nil
    }
    if isTableRow(line, trimmed) { return .table }
    if language == "plaintext" || language == "prompt" {
      return Self.isHeading(trimmed) ? .heading : nil
    }
    return markdownReason(line, trimmed)
  }

  /// One to six signs and a space, also where the text is called plain.
  private static func isHeading(_ line: String) -> Bool {
    let signs = line.prefix { $0 == "#" }.count
    return (1...6).contains(signs) && line.dropFirst(signs).first?.isWhitespace == true
  }

  private func markdownReason(_ line: Int, _ trimmed: String) -> NoInstruction? {
    if trimmed.hasPrefix("#") || trimmed.hasPrefix("=") && trimmed.hasSuffix("=") {
      return .heading
    }
    if Self.others.contains(where: { trimmed.hasPrefix($0) }) { return .markup }
    if trimmed.hasPrefix("<"), let next = trimmed.dropFirst().first,
      next.isLetter || "/!?".contains(next)
    {
      return .markup
    }
    if Self.isDefinition(trimmed) || Self.isTag(trimmed) { return .markup }
    return isIndentedCode(line) ? .markup : nil
  }

  private static let others = [
    "|", "---", "***", "___", "<!--", "![", "[![", "[//]", ":::", "[TOC]", "[[_TOC_]]", "$$", "{%",
    "{{<", "{{%", "{{#", "{{/", "\\begin", "\\end", "\\newpage", "import ", "export ", "{:", "%%",
    "@import", "[[",
  ]

  /// What lines begin with that are markup and no prose.
  private static let markup: [String: [String]] = [
    "latex": ["%", "\\"],
    "asciidoc": [
      "=", "//", ":", "----", "....", "|", "[", "image::", "include::", "ifdef::", "endif::",
    ],
    "org": ["*", "#", ":", "|", "-----", "@", "{", "CLOSED:", "SCHEDULED:", "DEADLINE:"],
    "restructuredtext": ["..", "===", "---", "~~~", "***", ":", "+--", "|"],
    "typst": ["=", "#", "//"],
    "wikitext": ["=", "{|", "|", "!", "{{", "}}", "[[", "<", "__", ";", ":", "h1.", "h2.", "h3."],
  ]

  /// `[docs]: https://…`, `[^1]: A note`, `*[HTML]: …`
  private static func isDefinition(_ line: String) -> Bool {
    let start = line.hasPrefix("*[") ? line.dropFirst() : line[...]
    guard start.hasPrefix("["), let end = start.firstIndex(of: "]") else { return false }
    return start[start.index(after: end)...].hasPrefix(":")
  }

  /// A line of Liquid, of a shortcode, of attributes.
  private static func isTag(_ line: String) -> Bool {
    line.hasPrefix("{") && line.hasSuffix("}")
  }

  private static func isUnderline(_ line: String) -> Bool {
    guard let first = line.first, "-=*_~+".contains(first), line.count >= 3 else { return false }
    return line.allSatisfy { $0 == first || $0 == " " }
  }

  /// Whether a line makes the one above it a heading.
  private func isSetextUnderline(_ line: Int) -> Bool {
    guard let byte = text.firstByte(line), byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-")
    else { return false }
    if line <= frontMatterEnd || regions.region(at: line) != nil { return false }
    let trimmed = text.trimmedLine(line)
    guard let first = trimmed.first, trimmed.allSatisfy({ $0 == first }) else { return false }
    // In plain text a lone dash may begin a list.
    return trimmed.count >= (first == "=" ? 1 : 2)
  }

  // MARK: Tables

  private func isTableRow(_ line: Int, _ trimmed: String) -> Bool {
    if trimmed.hasPrefix("|") && trimmed.dropFirst().contains("|") { return true }
    if Self.isDelimiterRow(trimmed) || trimmed.hasPrefix("+--") || trimmed.hasPrefix("+==") {
      return true
    }
    guard trimmed.contains("|") else { return false }
    // Rows need no bars at their ends where a row of dashes stands among them.
    var index = line
    while index > 0, line - index < 200, text.trimmedLine(index).contains("|") { index -= 1 }
    let first = index
    index = line
    while index + 1 < text.lineCount, index - line < 3, text.trimmedLine(index).contains("|") {
      index += 1
    }
    return (first...index).contains { Self.isDelimiterRow(text.trimmedLine($0)) }
  }

  private static func isDelimiterRow(_ line: String) -> Bool {
    line.contains("|") && line.contains("--") && line.allSatisfy { "|-: +=".contains($0) }
  }

  /// Four spaces or a tab below an empty line, and not within a list.
  private func isIndentedCode(_ line: Int) -> Bool {
    guard Self.width(text.indentation(line)) >= 4 else { return false }
    var above = line - 1
    while above >= 0, line - above < 200 {
      if text.isBlank(above) || Self.width(text.indentation(above)) >= 4 {
        above -= 1
        continue
      }
      let item = text.trimmedLine(above)
      let isItem =
        ["- ", "* ", "+ ", ": "].contains { item.hasPrefix($0) }
        || item.first?.isNumber == true && item.prefix(5).contains { ".)".contains($0) }
      return !isItem && text.isBlank(above + 1)
    }
    return true
  }

  private static func width(_ indentation: String) -> Int {
    indentation.reduce(0) { $0 + ($1 == "\t" ? 4 : 1) }
  }
}
