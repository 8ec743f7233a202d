/// The piece of text that an instruction asks for. Its end is where the answer ends. Pure.
package enum AnswerUnit: Sendable, Hashable {
  /// One function, method, class or constant, from its first line to its end.
  case definition
  /// The statements of a block that is open at the cursor.
  case body
  /// One statement: to the semicolon in SQL, one command in a shell script.
  case statement
  /// At most so many lines, without an empty one among them.
  case lines(Int)
  /// One sentence.
  case sentence
  /// One paragraph.
  case paragraph
  /// Whatever the model writes.
  case open

  /// What an instruction asks for.
  ///
  /// - Parameter shots: answers of the exemplars that go with it: a form that they share bounds the
  ///   answer.
  package static func of(_ instruction: Instruction, shots: [String] = []) -> AnswerUnit {
    if instruction.kind == .commitMessage {
      return instruction.text.hasPrefix("Write the body") ? .paragraph : .lines(1)
    }
    let words = instruction.text.lowercased()
    guard instruction.kind == .comment, instruction.language != nil else {
      return prose(words, shots)
    }
    let family = CodeFamily(language: instruction.language)
    if isBody(instruction, family) { return .body }
    if family == .semicolon { return .statement }
    let asksForDefinition =
      RequestedDefinition.find(in: instruction.text) != nil
      || words.contains(anyWord: ["function", "method", "class", "struct", "test", "tests", "enum"])
    if asksForDefinition { return .definition }
    if let lines = sharedLines(shots) { return .lines(lines) }
    return family == .shell ? .statement : .definition
  }

  private static func prose(_ words: String, _ shots: [String]) -> AnswerUnit {
    let asksForOne = !words.contains(anyWord: ["sentences", "lines", "paragraphs"])
    if asksForOne, words.contains(anyWord: ["sentence"]) { return .sentence }
    if let lines = sharedLines(shots) { return .lines(lines) }
    let line: Set<String> = ["line", "title", "subject", "headline", "one-liner"]
    if asksForOne, words.contains(anyWord: line) { return .lines(1) }
    let plural: Set<String> = [
      "list", "bullets", "bullet", "points", "items", "steps", "table", "paragraphs", "mail",
      "email", "letter", "ideas", "examples", "reasons", "questions", "outline", "poem", "story",
    ]
    return words.contains(anyWord: plural) ? .open : .paragraph
  }

  /// How many lines answers of one form have; nil where exemplars do not agree.
  private static func sharedLines(_ shots: [String]) -> Int? {
    guard shots.count >= 2 else { return nil }
    let counts = Set(shots.map { $0.lines.count })
    guard counts.count == 1, let count = counts.first, count <= 6 else { return nil }
    return count
  }

  /// Whether the answer goes into a block whose head stands above the cursor.
  private static func isBody(_ instruction: Instruction, _ family: CodeFamily) -> Bool {
    guard family == .indentation || family == .braces || family == .shell || family == .endWords,
      let head = instruction.input.lines.last?.trimmed, !head.isEmpty
    else { return false }
    return [":", "{", " do", " then"].contains { head.hasSuffix($0) }
      && !instruction.indentation.isEmpty
  }
}

extension String {
  /// Whether one of some words stands in it, by itself.
  func contains(anyWord words: Set<String>) -> Bool {
    split { !$0.isLetter && $0 != "-" }.contains { words.contains(String($0)) }
  }
}
