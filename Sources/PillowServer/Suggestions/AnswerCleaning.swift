package import PromptMatching

/// Makes of what a language model wrote what belongs into the document. Pure.
///
/// Small models repeat their prompt's marks, greet before they answer, and put code into fences.
package enum AnswerCleaning {
  /// - Parameters:
  ///   - answer: the model's text.
  ///   - instruction: what it answers.
  /// - Returns: lines without the document's indentation; empty when nothing is left.
  package static func clean(_ answer: String, for instruction: Instruction) -> String {
    var lines = TemplateMarks.removed(from: answer.replacing("\r\n", with: "\n")).lines
    lines = withoutThoughts(lines)
    let isCode = instruction.kind == .comment && instruction.language != nil
    if isCode { lines = withoutFences(lines) }
    lines = withoutPreamble(lines, for: instruction)
    if isCode { lines = withoutExplanation(lines) }
    lines = withoutLoop(lines)
    if instruction.kind == .commitMessage { lines = withoutRequestNumber(lines) }
    while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
    while let first = lines.first, first.trimmed.isEmpty { lines.removeFirst() }
    lines = lines.map { $0.trimmed.isEmpty ? "" : $0.withoutTrailingBlanks }
    return dedented(lines).joined(separator: "\n")
  }

  /// Tells an engine when an answer to a request is complete.
  package static func isComplete(
    for request: InstructionRequest, _ unit: AnswerUnit = .open
  ) -> @Sendable (String) -> Bool {
    let (isCode, language) = (request.language != nil, request.language)
    return { text in
      if let end = text.last, end == ";" || end == "}" || text.suffix(2).contains("\n"),
        unit.bound(text, language: language).isComplete
      {
        return true
      }
      // An end shows at the start of a line; a look at each token would cost more than it saves.
      guard let last = text.lastIndex(of: "\n"), text[last...].count <= 24 else { return false }
      return isEnded(text, isCode: isCode)
    }
  }

  /// Whether nothing that may follow would be kept: a fence is closed, an explanation of the code
  /// begins, or the model repeats itself. Pure.
  ///
  /// - Parameters:
  ///   - answer: what there is of it so far.
  ///   - isCode: whether a program is wanted and no prose.
  package static func isEnded(_ answer: String, isCode: Bool) -> Bool {
    let lines = TemplateMarks.removed(from: answer).lines
    if withoutLoop(lines).count < lines.count { return true }
    guard isCode else { return false }
    let fences = fences(lines)
    if let first = fences.first, let second = fences.dropFirst().first {
      // An empty block is none.
      return lines[(first + 1)..<second].contains { !$0.trimmed.isEmpty }
    }
    guard fences.isEmpty else { return false }
    let rest = Array(lines.drop { isPreambleOrBlank($0) })
    return withoutExplanation(rest).count < rest.count
  }

  static func isFence(_ line: String) -> Bool {
    line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~")
  }

  /// The lines that begin or end a block of code, but not those within its strings and docstrings.
  private static func fences(_ lines: [String]) -> [Int] {
    var isInString = false
    var level: Int?
    return lines.indices.filter { index in
      let line = lines[index]
      let quotes = ["\"\"\"", "'''"].reduce(0) { $0 + line.ranges(of: $1).count }
      if !quotes.isMultiple(of: 2) { isInString.toggle() }
      let indentation = line.prefix { $0 == " " || $0 == "\t" }.count
      if level == nil, !line.trimmed.isEmpty, !isPreamble(line) { level = indentation }
      return isFence(line) && !isInString && indentation <= level ?? indentation
    }
  }

  /// Models whose prompt opens their thoughts write only the mark that ends them.
  private static func withoutThoughts(_ lines: [String]) -> [String] {
    let marks = ["</think>", "</thinking>", "</reasoning>", "[/THINK]"]
    guard let end = lines.firstIndex(where: { marks.contains($0.trimmed) }) else { return lines }
    return Array(lines[(end + 1)...])
  }

  /// The code of the first fence, if there is one; an unclosed one goes to the end.
  private static func withoutFences(_ lines: [String]) -> [String] {
    let fences = fences(lines)
    guard let open = fences.first else { return lines }
    let before = lines[..<open]
    // A lone closing fence: what stands before it is the code.
    if lines[open].trimmed.count == 3, fences.count == 1,
      before.contains(where: { !$0.trimmed.isEmpty }), !before.allSatisfy(isPreambleOrBlank)
    {
      return Array(before)
    }
    return Array(lines[(open + 1)..<(fences.dropFirst().first ?? lines.endIndex)])
  }

  private static let preambles = [
    "sure", "certainly", "of course", "absolutely", "okay", "here is", "here's", "here are",
    "below is", "the following", "i'd be happy", "i would be happy", "as an ai", "great question",
    "you can use the following", "to solve this",
  ]

  private static func isPreamble(_ line: String) -> Bool {
    let lowered = line.trimmed.lowercased()
    guard preambles.contains(where: lowered.hasPrefix) else { return false }
    return [":", "!", "."].contains { lowered.hasSuffix($0) }
  }

  static func isPreambleOrBlank(_ line: String) -> Bool {
    line.trimmed.isEmpty || isPreamble(line)
  }

  /// Drops a greeting that announces the answer, a label, and the instruction said once more.
  private static func withoutPreamble(
    _ lines: [String], for instruction: Instruction
  ) -> [String] {
    var rest = lines[...]
    while let first = rest.first {
      let trimmed = first.trimmed
      let bare = trimmed.drop { !$0.isLetter && !$0.isNumber }
      let isEcho = !bare.isEmpty && bare.trimmed == instruction.text
      let isLabel = ["Output:", "Answer:", "Response:", "Result:"].contains(trimmed)
      // A line that is all there is may be a preamble by accident; it stays.
      let hasMore = rest.dropFirst().contains { !$0.trimmed.isEmpty }
      guard trimmed.isEmpty || isEcho || hasMore && (isLabel || isPreamble(first)) else { break }
      rest = rest.dropFirst()
    }
    if let first = rest.first {
      for label in ["Output: ", "Answer: ", "Response: "] where first.hasPrefix(label) {
        return [String(first.dropFirst(label.count))] + rest.dropFirst()
      }
    }
    return Array(rest)
  }

  private static let explanations = [
    "explanation:", "note:", "this function ", "this code ", "this will ", "in this example",
    "the function ", "the code ", "you can ", "example usage:", "output:",
  ]

  /// Ends code at the prose that models put below it.
  private static func withoutExplanation(_ lines: [String]) -> [String] {
    let end = lines.indices.dropFirst().first { index in
      let lowered = lines[index].lowercased()
      return lines[index - 1].trimmed.isEmpty && explanations.contains(where: lowered.hasPrefix)
    }
    return Array(lines[..<(end ?? lines.endIndex)])
  }

  /// Greedy decoding falls into loops: of a line that comes a third time in a row, one is kept.
  private static func withoutLoop(_ lines: [String]) -> [String] {
    for index in lines.indices.dropFirst(2) {
      let line = lines[index].trimmed
      guard line.count > 3, lines[index - 1].trimmed == line, lines[index - 2].trimmed == line
      else { continue }
      return Array(lines[..<(index - 1)])
    }
    return lines
  }

  /// A subject's `(#123)` is added when a pull request is merged; no model can know the number.
  private static func withoutRequestNumber(_ lines: [String]) -> [String] {
    guard let first = lines.firstIndex(where: { !$0.trimmed.isEmpty }) else { return lines }
    var lines = lines
    lines[first] = lines[first].replacing(#/\s*\((?:#|!|GH-)\d+\)\s*$/#, with: "")
    return lines
  }

  /// Without the indentation that all lines share.
  static func dedented(_ lines: [String]) -> [String] {
    let indentations = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " || $0 == "\t" } }
    guard var common = indentations.first else { return lines }
    for indentation in indentations.dropFirst() {
      common = common.prefix(zip(common, indentation).prefix { $0 == $1 }.count)
    }
    return lines.map { String($0.dropFirst(common.count)) }
  }
}

extension String {
  var lines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  fileprivate var withoutTrailingBlanks: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last])
  }
}
