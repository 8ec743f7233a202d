import PillowServer
import Testing

@Suite struct JudgedTextTests {
  private func instruction(in text: TextBuffer, line: Int) throws -> Instruction {
    try #require(
      InstructionDetector.detect(
        in: text, languageID: "python", at: text.line(line).upperBound))
  }

  @Test func aShortDocumentIsJudgedWhole() throws {
    let text = TextBuffer("import math\n# Write a function that adds two numbers.\n")
    #expect(text.judged(for: try instruction(in: text, line: 1)) == text.whole)
  }

  /// Whole lines, the beginning and what is near, wherever the instruction stands.
  @Test(arguments: [0, 7, 25_000, 49_999])
  func ofALongOneTheBeginningAndWhatIsNear(line: Int) throws {
    var lines = (0..<50_000).map { "value_\($0) = compute(\($0))  # é" }
    lines[line] = "# Write a function that adds two numbers."
    let text = TextBuffer(lines.joined(separator: "\n"))
    let judged = text.judged(for: try instruction(in: text, line: line))
    #expect(judged.utf8.count < 200_000)
    let found = judged.split(separator: "\n").map(String.init)
    // As values, since what is compared would fill pages.
    let areWhole = Set(found).isSubset(of: lines)
    let areOnce = found.count == Set(found).count
    let near = Set(lines[max(0, line - 1000)..<min(lines.count, line + 500)])
    let isNearThere = near.isSubset(of: found)
    #expect(areWhole && areOnce && isNearThere)
    #expect(found.first == lines[0])
  }
}
