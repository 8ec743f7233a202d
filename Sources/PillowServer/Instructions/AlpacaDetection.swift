/// Files in the form of the Alpaca data set: `### Instruction:`, `### Input:`, `### Response:`, and
/// prompt files with roles: `user:` and `assistant:`.
struct AlpacaDetection {
  let text: TextBuffer
  let cursor: Cursor

  /// Whether roles alone on a line begin sections too.
  var hasRoles = false

  private enum Section { case instruction, input, response, system }

  private static let names: [String: Section] = [
    "instruction": .instruction, "user": .instruction, "prompt": .instruction,
    "question": .instruction, "task": .instruction, "input": .input, "context": .input,
    "response": .response, "assistant": .response, "answer": .response, "output": .response,
    "system": .system,
  ]

  /// - Returns: `nil` when the cursor is in no such section.
  /// - Throws: why nothing is asked for, when it is in one.
  func detect() throws(NoInstruction) -> Instruction? {
    guard let (current, line) = section(atOrAbove: cursor.line) else { return nil }
    var sections: [Section: (heading: Int, last: Int)] = [current: (line, lastLine(from: line))]
    var at = line
    var seen = current
    while seen != .instruction, at > 0, let (above, heading) = section(atOrAbove: at - 1) {
      // A response above belongs to the example before.
      guard above != .response, above != .system else { break }
      sections[above] = (heading, at - 1)
      (seen, at) = (above, heading)
    }
    guard let asked = sections[.instruction] else { throw .nothingHere }
    let said = content(asked)
    // The heading says that it is one, so the words need not.
    guard InstructionJudgement.isLongEnough(said) else { throw .tooShort }
    let input = sections[.input].map(content) ?? ""
    let start = text.line(asked.heading).lowerBound
    let end = text.line(lastFilled(asked)).upperBound
    return Instruction(
      kind: .alpaca, range: start..<end, text: said, input: input, language: nil,
      indentation: "", insertion: current == .response ? insertion(below: line) : nil)
  }

  /// Only an empty response wants an answer.
  private func insertion(below heading: Int) -> Instruction.Insertion? {
    if cursor.line == heading {
      let end = text.line(heading).upperBound
      guard text.isBlank(min(cursor.offset, end)..<end) else { return nil }
      return .init(replacing: cursor.offset..<cursor.offset, prefix: "\n")
    }
    guard (heading + 1...cursor.line).allSatisfy({ text.isBlank($0) }) else { return nil }
    return text.insertion(onOwnLine: cursor, indentation: "")
  }

  private func section(atOrAbove line: Int) -> (Section, Int)? {
    for index in stride(from: line, through: max(0, line - 2000), by: -1) {
      if let section = section(index) { return (section, index) }
    }
    return nil
  }

  private func section(_ line: Int) -> Section? {
    guard text.firstByte(line) == UInt8(ascii: "#") || hasRoles else { return nil }
    let trimmed = text.trimmedLine(line)
    guard trimmed.hasPrefix("###") || hasRoles && trimmed.hasSuffix(":") else { return nil }
    let name = trimmed.drop { $0 == "#" }.trimmed.lowercased()
    return Self.names[name.hasSuffix(":") ? String(name.dropLast()) : name]
  }

  private func lastLine(from heading: Int) -> Int {
    var last = heading
    while last + 1 < text.lineCount, last - heading < 2000, section(last + 1) == nil { last += 1 }
    return last
  }

  private func content(_ section: (heading: Int, last: Int)) -> String {
    guard section.heading < section.last else { return "" }
    let lines = (section.heading + 1...section.last).map { text.lineText($0) }
    return lines.joined(separator: "\n").trimmed
  }

  private func lastFilled(_ section: (heading: Int, last: Int)) -> Int {
    var last = section.last
    while last > section.heading, text.isBlank(last) { last -= 1 }
    return last
  }
}
