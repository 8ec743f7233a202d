import PillowServer
import Testing

@Suite struct CommentContinuationTests {
  private let text = "Read a table:\n- its head\n\n- its rows"

  private func inserted(_ comment: String, _ language: String, line: Int = 0) -> String {
    CommentContinuation.fitted(text, into: TextBuffer(comment), line: line, language: language)
  }

  @Test(arguments: [
    ("  # Read", "python", "Read a table:\n  # - its head\n  #\n  # - its rows"),
    ("\t//\tRead", "go", "Read a table:\n\t//\t- its head\n\t//\n\t//\t- its rows"),
    ("///Read", "rust", "Read a table:\n/// - its head\n///\n/// - its rows"),
    ("REM Read", "bat", "Read a table:\nREM - its head\nREM\nREM - its rows"),
    ("/* Read */", "c", "Read a table:\n * - its head\n * \n * - its rows"),
    ("    \"\"\"Read", "python", "Read a table:\n    - its head\n\n    - its rows"),
    ("<!-- Read", "html", "Read a table:\n- its head\n\n- its rows"),
  ])
  func eachLineGoesOnWithTheComment(comment: String, language: String, expected: String) {
    #expect(inserted(comment, language) == expected)
  }

  /// What was put into a comment is found again as one.
  @Test(arguments: ["python", "c", "sql", "lisp", "lua", "fortran", "vb", "erlang"])
  func theCommentIsWhole(language: String) throws {
    let leader =
      [
        "python": "#", "c": "//", "sql": "--", "lisp": ";;", "lua": "--", "fortran": "!",
        "vb": "'", "erlang": "%",
      ][language] ?? ""
    let comment = leader + " " + inserted(leader + " Read", language)
    let found = InstructionDetector.detect(
      in: TextBuffer(comment), languageID: language, at: comment.utf8.count)
    #expect(found?.text == "Read a table:\n- its head\n- its rows")
  }

  @Test func nothingEndsTheComment() {
    func fitted(_ text: String, _ comment: String, _ language: String) -> String {
      CommentContinuation.fitted(text, into: TextBuffer(comment), line: 0, language: language)
    }
    #expect(fitted("a */ b", "/* x */", "c") == "a * / b")
    #expect(fitted("a --> b", "<!-- x -->", "html") == "a -- > b")
    #expect(fitted("a \"\"\" b", "\"\"\"x", "python") == "a \\\"\"\" b")
    #expect(fitted("a */ b", "// x", "c") == "a */ b", "a line comment has no end")
    #expect(fitted("a\rb\r\nc", "# x", "python") == "a\n# b\n# c")
  }
}

@Suite struct ExemplarSectionsTests {
  private typealias Parts = ExemplarSections.Parts

  @Test(arguments: [
    ["a, b", "c"], ["plain"], ["\"quoted\"", "two words"], [], ["a\"b", ","],
  ])
  func tagsSurvive(tags: [String]) {
    let parts = Parts(instruction: "i", output: "o", tags: tags)
    #expect(ExemplarSections.parse(ExemplarSections.text(parts))?.tags == tags)
  }

  @Test(arguments: [
    "### Input", "### Input:\nx", "a\n### Response:\nb", "\\### Input", "\\\\### Tags", "### Other",
    "a\n\n### Instruction: \n\n### Output\n", "#### input", "\n\nx\n\n", "a\r\nb",
  ])
  func editingChangesNothingElse(output: String) throws {
    let parts = Parts(instruction: "Write it", input: output, output: output + ".", tags: ["t"])
    let text = ExemplarSections.text(parts)
    #expect(ExemplarSections.edited(text, from: parts) == parts)
    let changed = text.replacing("Write it", with: "Write them")
    let edited = try #require(ExemplarSections.edited(changed, from: parts))
    #expect(
      edited == Parts(instruction: "Write them", input: output, output: output + ".", tags: ["t"]))
  }

  @Test func headingsWithoutBackslashesPartTheText() throws {
    let parts = try #require(
      ExemplarSections.parse("### Instruction\na\n### Response\nb\n### Input\nc"))
    #expect(parts == Parts(instruction: "a", input: "c", output: "b"))
  }
}
