import PillowServer
import PromptMatching
import Testing

@Suite struct DocumentContextTests {
  /// Detects the instruction at the mark, and collects.
  private func context(
    _ marked: String, _ language: String, tokens: Int = 400
  ) throws -> PromptContext? {
    let parts = marked.split(separator: "¦", omittingEmptySubsequences: false)
    let text = TextBuffer(parts.joined())
    let found = try #require(
      InstructionDetector.detect(in: text, languageID: language, at: parts[0].utf8.count))
    return DocumentContext.collect(
      for: InputText.complete(found, in: text), in: text, tokens: tokens)
  }

  @Test func fileAboveTheAnswerIsShown() throws {
    let found = try context(
      "import math\n\nR = 2\n\n# Write a function ring(a, b) that returns the area.\n¦\n\nx = 1\n",
      "python")
    #expect(
      found?.above == "import math\n\nR = 2\n\n# Write a function ring(a, b) that returns the area."
    )
    #expect(found?.opening == "def ring(a, b):")
    #expect(found?.commentMark == "#")
  }

  @Test func signatureBelowTheCommentNeedsNoOpening() throws {
    let found = try context("# Add both numbers.\ndef add(a, b):\n    ¦\n", "python")
    #expect(found?.above == "# Add both numbers.\ndef add(a, b):")
    #expect(found?.opening == "")
  }

  @Test func importsAndNamedDefinitionsOutliveTheBudget() throws {
    let filler = (0..<200).map { "VALUE_\($0) = compute_something(\($0), \($0))" }
    let file =
      (["import zlib", "", "class Parcel:", "    weight: float", ""] + filler).joined(
        separator: "\n")
    let found = try context(
      file + "\n\n# Write a function heaviest(parcels) that returns the heaviest Parcel.\n¦\n",
      "python",
      tokens: 200)
    let above = try #require(found?.above)
    #expect(SurroundingText.estimatedTokens(above) <= 200)
    #expect(above.hasPrefix("import zlib\nclass Parcel:\n    weight: float"))
    #expect(above.contains("VALUE_199"))
    #expect(!above.contains("VALUE_100 "))
  }

  @Test(arguments: [
    ("Write a function total(a, b) that adds.", "python", "def total(a, b):"),
    ("Write a function total that adds.", "python", "def total("),
    ("Write a function that adds.", "python", nil),
    ("The function which adds.", "python", nil),
    ("Write a function total(a, (b, c)).", "javascript", "function total(a, (b, c)) {"),
    ("Write a function called log_line that prints.", "sh", "log_line() {"),
    ("Write a function total(a, b).", "c", nil),
    ("Write a function total(a).", "rust", "fn total("),
  ])
  func definitionsOpen(_ text: String, _ language: String, _ opening: String?) {
    #expect(RequestedDefinition.find(in: text)?.opening(language: language) == opening)
  }

  @Test func proseTakesTheParagraphAbove() throws {
    let text =
      "# Notes\n\nThe lift is out of order until Monday.\n\nSummarise the paragraph above.\n\n"
    let buffer = TextBuffer(text)
    let found = try #require(
      InstructionDetector.detect(in: buffer, languageID: "markdown", at: text.utf8.count))
    let complete = InputText.complete(found, in: buffer)
    #expect(complete.text == "Summarise the paragraph above.")
    #expect(complete.input == "The lift is out of order until Monday.")
  }

  @Test func sentenceBelowAnInstructionIsItsInput() throws {
    let text = "Rewrite this sentence politely:\n\nGo away.\n\n"
    let buffer = TextBuffer(text)
    let found = Instruction(
      kind: .paragraph, range: 33..<41, text: "Go away.", input: "", language: nil,
      indentation: "", insertion: nil)
    #expect(buffer.text(of: found.range) == found.text)
    let complete = InputText.complete(found, in: buffer)
    #expect(complete.text == "Rewrite this sentence politely:")
    #expect(complete.input == "Go away.")
  }

  @Test func promptHasExemplarsAsCommentsThenTheFile() {
    let text = PromptText.document(
      PromptContext(above: "-- Names of all.", opening: "", commentMark: "--"),
      shots: [Demonstration(instruction: "Count them.", input: "a(b)", output: "SELECT 1;")])
    #expect(text == "-- a(b)\n-- Count them.\nSELECT 1;\n\n-- Names of all.")
    #expect(
      PromptText.document(PromptContext(above: "# X", opening: "def x():"), shots: [])
        == "# X\ndef x():")
  }
}
