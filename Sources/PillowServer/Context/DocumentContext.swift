package import PromptMatching
import PromptPool

/// What of a document goes into a prompt beside the instruction, within a budget. Pure.
///
/// In code it is the file above the place of the answer, most of all what stands nearest, what is
/// imported, and what the instruction's words name. Where all of it does not fit, whole lines are
/// left out, never parts of lines.
package enum DocumentContext {
  /// - Parameters:
  ///   - instruction: in `text`.
  ///   - tokens: how many the excerpt may take, roughly.
  /// - Returns: nil where a prompt gains nothing from the document.
  package static func collect(
    for instruction: Instruction, in text: TextBuffer, tokens: Int
  ) -> PromptContext? {
    guard instruction.kind == .comment, let language = instruction.language,
      let insertion = instruction.insertion
    else { return nil }
    let place = text.lineIndex(of: insertion.replacing.lowerBound)
    let start = text.lineIndex(of: instruction.range.lowerBound)
    let end = max(text.lineIndex(of: instruction.range.upperBound), start)
    // The instruction itself, and the signature below it.
    var asked = (start...max(end, start)).map { text.lineText($0) }
    if end + 1 < place { asked += (end + 1..<place).map { text.lineText($0) } }
    while let last = asked.last, last.trimmed.isEmpty { asked.removeLast() }
    // A docstring stands below its signature.
    let budget = tokens - asked.reduce(0) { $0 + SurroundingText.estimatedTokens($1) + 1 }
    let above = excerpt(above: start, in: text, instruction, budget)
    let definition = RequestedDefinition.find(in: instruction.text)
    // An editor may have continued the comment with an empty line.
    let isHead = !instruction.input.contains { $0.isLetter || $0.isNumber }
    return PromptContext(
      above: (above + asked).joined(separator: "\n"),
      opening: isHead ? opening(definition, instruction, text) : "",
      commentMark: mark(asked.first ?? "", language))
  }

  /// How the answer has to start: the definition that the instruction names, indented as it.
  private static func opening(
    _ definition: RequestedDefinition?, _ instruction: Instruction, _ text: TextBuffer
  ) -> String {
    let words = instruction.text.lowercased()
    let canonical = LanguageName.canonical(instruction.language)
    if RequestedPattern.isAsked(instruction) {
      guard canonical == "python",
        let name = instruction.text.firstMatch(
          of: #/(?:expression|regex|pattern)\s+(?:named\s+|called\s+)?([A-Z][A-Z0-9_]+)\b/#)
      else { return "" }
      return "\(name.1) = re.compile("
    }
    if let opening = definition?.opening(language: instruction.language) { return opening }
    guard definition == nil else { return "" }
    if canonical == "python", words.contains(#/^(write (a )?)?test(s)? /#) { return "def test" }
    guard words.contains(#/^(write|add|create|define) (a|an|the|one) (\w+ )?function\b/#),
      let canonical
    else { return "" }
    return functionKeywords[canonical] ?? ""
  }

  /// The word that a function begins with, in languages that have one.
  private static let functionKeywords = [
    "go": "func", "javascript": "function", "julia": "function", "kotlin": "fun",
    "lua": "function", "php": "function", "python": "def", "ruby": "def", "rust": "fn",
    "swift": "func", "typescript": "function",
  ]

  private static func mark(_ line: String, _ language: String) -> String {
    let trimmed = line.trimmed
    for mark in ["///", "//", "--", "#", ";;", "%", "\""] where trimmed.hasPrefix(mark) {
      return mark
    }
    switch CodeFamily(language: language) {
    case .indentation, .shell, .endWords: return "#"
    case .semicolon: return "--"
    case .braces, .plain: return "//"
    }
  }

  // MARK: What fits

  private static func excerpt(
    above line: Int, in text: TextBuffer, _ instruction: Instruction, _ budget: Int
  ) -> [String] {
    guard line > 0 else { return [] }
    let from = max(0, line - 2000)
    let lines = (from..<line).map { text.lineText($0) }
    let costs = lines.map { SurroundingText.estimatedTokens($0) + 1 }
    var left = budget
    guard costs.reduce(0, +) > left else { return lines }
    var isKept = [Bool](repeating: false, count: lines.count)
    func keep(_ index: Int) {
      guard !isKept[index], costs[index] <= left else { return }
      isKept[index] = true
      left -= costs[index]
    }
    // Nearest lines first, for half of the budget.
    var index = lines.count - 1
    while index >= 0, left > budget / 2, costs[index] <= left { keep(index); index -= 1 }
    let named = Set(instruction.text.matches(of: #/[A-Za-z_]\w{2,}/#).map { String($0.output) })
    for index in lines.indices where isImport(lines[index]) { keep(index) }
    for index in lines.indices.reversed() where defines(lines[index], named) {
      keep(index)
      // The first lines of a definition say what it is.
      for next in index + 1..<min(index + 5, lines.count) where !lines[next].trimmed.isEmpty {
        keep(next)
      }
    }
    while index >= 0, costs[index] <= left { keep(index); index -= 1 }
    return lines.indices.filter { isKept[$0] }.map { lines[$0] }
  }

  /// Patterns are slow, and thousands of lines are looked at: plain comparisons come first.
  private static func isImport(_ line: String) -> Bool {
    let start = line.drop { $0 == " " || $0 == "\t" || $0 == "-" }.prefix(12).lowercased()
    guard importWords.contains(where: start.hasPrefix) else { return false }
    return line.contains(
      #/^\s*(import |from \w|#include|use |using |require|const \w+ = require|package |open )/#)
      || line.contains(#/(?i)^\s*(--\s*)?create table/#)
  }

  private static let importWords = [
    "import ", "from ", "#include", "use ", "using ", "require", "const ", "package ", "open ",
    "create table",
  ]

  private static func defines(_ line: String, _ names: Set<String>) -> Bool {
    guard names.contains(where: line.contains) else { return false }
    guard
      let match = line.firstMatch(
        of:
          #/(?i)^\s*(?:--\s*)?(?:\w+ )*(?:def|class|function|struct|enum|func|fn|type|interface|const|let|var|table)\s+(\w+)/#
      )
    else {
      guard let match = line.firstMatch(of: #/^(?:--\s*)?([A-Za-z_]\w+)\s*(?:=|\(|:)/#) else {
        return false
      }
      return names.contains(String(match.1))
    }
    return names.contains(String(match.1))
  }
}
