import Languages

/// The comment that documents a declaration: the block directly above it, or the string that stands
/// first in it. Pure.
struct DocComment: Sendable, Equatable {
  /// As it stands in the file, without common indentation.
  var source: String
  /// What it says, without marks and markup at the ends of lines.
  var words: String
  /// Its lines in the file.
  var lines: ClosedRange<Int>
  /// Whether it stands within the declaration.
  var isInside: Bool

  /// The first paragraph on one line.
  var summary: String {
    var summary: [String] = []
    for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.trimmed
      let isEnd =
        line.isEmpty
        || ["@", ":param", "- Parameter", "Args:", "\\", "```"].contains(where: line.hasPrefix)
      if isEnd, summary.isEmpty, !line.isEmpty { return "" }
      if isEnd, !summary.isEmpty { break }
      if !line.isEmpty { summary.append(line) }
    }
    return summary.joined(separator: " ")
  }
}

/// Finds the documentation of declarations in one file.
struct DocCommentFinder {
  private static let longest = 40

  let text: SourceText
  private let syntax: CommentSyntax

  init(_ text: SourceText) {
    self.text = text
    syntax = LanguageTable.language(text.language)?.comments ?? .unknown
  }

  /// The first line of a declaration with its attributes, decorators and template heads.
  func head(of declaration: Declaration) -> Int {
    var head = declaration.line
    while head > 0 {
      let above = text.trimmed(head - 1)
      if let start = attributeStart(endingAt: head - 1) {
        head = start
      } else if text.language == "python", isComment(above), head > 1,
        let start = attributeStart(endingAt: head - 2)
      {
        head = start
      } else {
        break
      }
    }
    return head
  }

  /// The first line of an attribute, decorator or the like that ends on a line; nil where none does.
  private func attributeStart(endingAt last: Int) -> Int? {
    var depth = 0
    for line in stride(from: last, through: max(0, last - Self.longest), by: -1) {
      let code = text.trimmed(line)
      if line == last, isComment(code) { return nil }
      depth += code.count { ")]}".contains($0) } - code.count { "([{".contains($0) }
      guard depth <= 0 else { continue }
      let isAttribute =
        code.hasPrefix("@") || code.hasPrefix("#[") || code.hasPrefix("template")
        || code.hasPrefix("__attribute__") || code.hasPrefix("[[") || isReturnType(code)
      return isAttribute ? line : nil
    }
    return nil
  }

  /// `static int` alone above the name, as in C.
  private func isReturnType(_ line: String) -> Bool {
    guard ["c", "cpp", "cuda"].contains(text.language), !line.isEmpty, line.count < 60 else {
      return false
    }
    return line.wholeMatch(
      of: #/(?:(?:static|inline|extern|const|unsigned|struct)\s+)*[A-Za-z_]\w*[\s*]*/#)
      != nil && !["else", "do", "public", "private"].contains(line)
  }

  private func isComment(_ line: String) -> Bool {
    syntax.leader(of: line) != nil && text.language != "rust"
  }

  func find(for declaration: Declaration) -> DocComment? {
    let found = text.language == "python" ? docstring(declaration) : above(head(of: declaration))
    guard let found, DocQuality.isDocumentation(found) else { return nil }
    return found
  }

  // MARK: Above

  private func above(_ head: Int) -> DocComment? {
    guard head > 0, !text.isBlank(head - 1) else { return nil }
    let last = head - 1
    if let block = blockAbove(last) { return block }
    guard let mark = leader(last) else { return nil }
    // `//` is for those who read the code, where `///` is for those who use it.
    if text.language == "rust", mark == "//" { return nil }
    var first = last
    while first > 0, leader(first - 1) == mark { first -= 1 }
    guard last - first < Self.longest else { return nil }
    // A file that begins with a comment says something of itself there.
    if first == 0 || first == 1 && text.trimmed(0).hasPrefix("#!") { return nil }
    let words = (first...last).map { line in
      text.trimmed(line).drop { mark.contains($0) || $0 == "/" || $0 == "!" }
    }
    return DocComment(
      source: text.text(first...last), words: words.map { $0.trimmed }.joined(separator: "\n"),
      lines: first...last, isInside: false)
  }

  private func leader(_ line: Int) -> String? { syntax.leader(of: text.trimmed(line)) }

  private func blockAbove(_ last: Int) -> DocComment? {
    for block in syntax.block where !block.isDocstring {
      let end = text.trimmed(last)
      guard end.hasSuffix(block.close) else { continue }
      var first = last
      while first >= 0, last - first < Self.longest {
        let line = text.trimmed(first)
        if block.opening(of: line) != nil { break }
        // Code before the comment, or another one's end.
        if line.contains(block.open) || first < last && line.contains(block.close) { return nil }
        first -= 1
      }
      guard first >= 0, last - first < Self.longest, first > 0 || last > 0 else { return nil }
      // It goes on from another comment, of which it is the last line.
      if first > 0, text.trimmed(first - 1).hasSuffix(block.close) { return nil }
      let isFirstOfFile = (0..<first).allSatisfy { text.isBlank($0) }
      if isFirstOfFile { return nil }
      let words = (first...last).map { line -> String in
        var words = text.trimmed(line)
        if line == first, let mark = block.opening(of: words) {
          words = words.dropFirst(mark.count).trimmed
        }
        if line == last, words.hasSuffix(block.close) {
          words = words.dropLast(block.close.count).trimmed
        }
        return words.drop { $0 == "*" }.trimmed
      }
      return DocComment(
        source: text.text(first...last), words: words.joined(separator: "\n").trimmed,
        lines: first...last, isInside: false)
    }
    return nil
  }

  // MARK: Inside

  /// The string that is the first statement of a Python block.
  private func docstring(_ declaration: Declaration) -> DocComment? {
    guard let body = bodyStart(declaration), body <= declaration.end else { return nil }
    let start = text.trimmed(body)
    let prefix = start.prefix { "rRuU".contains($0) }
    let rest = start.dropFirst(prefix.count)
    guard prefix.count <= 1, let mark = ["\"\"\"", "'''"].first(where: rest.hasPrefix) else {
      return nil
    }
    var last = body
    if rest.dropFirst(3).firstRange(of: mark) == nil {
      repeat { last += 1 } while last <= declaration.end && !text.lines[last].contains(mark)
    }
    guard last <= declaration.end, last - body < 2 * Self.longest,
      text.trimmed(last).hasSuffix(mark)
    else { return nil }
    let source = text.text(body...last)
    let words = source.dropFirst(prefix.count + 3).dropLast(3)
    return DocComment(
      source: source, words: words.trimmed, lines: body...last, isInside: true)
  }

  /// The first line behind the head of a Python block.
  private func bodyStart(_ declaration: Declaration) -> Int? {
    var depth = 0
    for line in declaration.line...min(declaration.end, declaration.line + 60) {
      let code = text.lines[line].prefix { $0 != "#" }
      for character in code {
        if "([{".contains(character) { depth += 1 }
        if ")]}".contains(character) { depth -= 1 }
      }
      guard depth <= 0, code.trimmed.hasSuffix(":") else { continue }
      var body = line + 1
      while body <= declaration.end, text.isBlank(body) { body += 1 }
      return body <= declaration.end ? body : nil
    }
    return nil
  }

  /// Where the head of a declaration ends: its signature.
  func signatureEnd(of declaration: Declaration) -> Int {
    if text.language == "python" {
      return (bodyStart(declaration) ?? declaration.line + 1) - 1
    }
    let form = BlockForm(text.language)
    for line in declaration.line...min(declaration.end, declaration.line + 30) {
      if form == .endWords { return line }
      if text.lines[line].contains("{") { return line }
    }
    return declaration.line
  }
}

/// Tells documentation from other comments. Pure.
enum DocQuality {
  private static let directives = [
    "todo", "fixme", "xxx", "hack", "mark:", "mark -", "pragma", "noqa", "nolint", "pylint",
    "eslint", "prettier", "swiftlint", "swift-format", "clang-format", "type:", "mypy", "tslint",
    "@ts-", "ts-ignore", "istanbul", "coverage", "spdx", "copyright", "licensed under", "license:",
    "region", "#region", "endregion", "shellcheck", "rubocop", "frozen_string", "-*-", "vim:",
    "go:", "+build", "nocover", "jshint", "global ", "cspell", "biome-ignore", "sourcery",
    "deprecated", "see ", "inheritdoc", "@inheritdoc", "{@inheritdoc", "inherited from", "ditto",
    "same as above", "temporary", "end of", "begin ", "not used", "unused", "disabled",
    "taken from", "copied from", "adapted from", "borrowed from", "don't ", "do not ", "note:",
    "note that", "warning:", "caution:", "wip",
  ]

  /// What a line for a program that checks code begins with, below the words for people.
  private static let checkers = [
    "rubocop:", "eslint-", "swiftlint:", "pylint:", "noqa", "nolint", "clang-format",
    "noinspection",
  ]

  static func isDocumentation(_ comment: DocComment) -> Bool {
    let words = comment.words
    guard words.utf8.count <= 1500, words.utf8.count >= 12 else { return false }
    let lower = words.lowercased()
    if directives.contains(where: lower.hasPrefix) { return false }
    let last = lower.split(separator: "\n").last?.trimmed ?? ""
    if checkers.contains(where: last.hasPrefix) { return false }
    if words.split(whereSeparator: \.isWhitespace).count < 3 { return false }
    let lines = words.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
    // A line of signs divides a file, and what stands there is a heading.
    if lines.contains(where: isRule)
      || comment.source.split(separator: "\n").contains(where: isRule)
    {
      return false
    }
    let letters = words.unicodeScalars.count { $0.properties.isAlphabetic }
    if letters * 2 < words.unicodeScalars.count { return false }
    return !isCode(lines)
  }

  /// `// ------`
  private static func isRule(_ line: some StringProtocol) -> Bool {
    let core = line.filter { !$0.isWhitespace }
    guard core.count >= 6 else { return false }
    let signs = core.count { "-=*#/~_+".contains($0) }
    return signs == core.count && !line.trimmed.hasPrefix("/**")
      || core.contains("-----") || core.contains("=====") || core.contains("#####")
      || core.contains("*****")
  }

  /// Code that was commented out.
  private static func isCode(_ lines: [String]) -> Bool {
    let code = lines.count { line in
      let last = line.last
      return last == ";" || last == "{" || last == "}" || line.hasPrefix("import ")
        || line.hasPrefix("def ") || line.hasPrefix("return ")
        || line.contains(" = ")
          && !line.contains(". ") && line.split(separator: " ").count < 6
    }
    return code * 2 > lines.count
  }
}
