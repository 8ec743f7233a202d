import PillowServer
import Testing

/// What is found where `|` stands, in a project whose pools' instructions begin as given.
private func found(
  _ marked: String, _ language: String, openings: InstructionOpenings = InstructionOpenings()
) throws -> Instruction? {
  let at = try #require(marked.lastIndex(of: "|"), "the text has no cursor")
  let parts = [marked[..<at], marked[marked.index(after: at)...]]
  return InstructionDetector.detect(
    in: TextBuffer(parts.joined()), languageID: language, at: parts[0].utf8.count,
    openings: openings)
}

/// Noun phrases ask for code where none follows.
struct WantedPlaceTests {
  @Test(arguments: [
    (
      "def mean(values):\n    \"\"\"The arithmetic mean.\"\"\"\n    |\n\n\ndef f():\n    pass\n",
      "python"
    ),
    (
      "class A:\n    def low(self):\n        \"\"\"The bins below their minimum.\"\"\"\n        |\n",
      "python"
    ),
    ("function total(rows) {\n  // the sum of all amounts\n  |\n}\n", "javascript"),
    ("// the sum of all amounts\nfunction total(rows) {\n  |\n}\n", "javascript"),
    ("(defun total (rows)\n  \"The sum of all amounts.\"\n  |", "emacs-lisp"),
    ("@doc \"The sum of all amounts.\"\ndef total(rows) do\n  |\nend\n", "elixir"),
    ("def total(rows) do\n  # the sum of all amounts\n  |\nend\n", "elixir"),
    (
      "\"\"\"\nThe sum of all amounts.\n\"\"\"\nfunction total(rows)\n    |\nend\n", "julia"
    ),
    (
      "-- open orders\nSELECT 1;\n\n-- Number of members in each city.\n|\n\n-- fees\nSELECT 2;\n",
      "sql"
    ),
    ("-- open orders\nSELECT 1;\n\n-- the longest flight\n|\n", "sql"),
    ("-- T-120: set the status of order 5\n|\n", "sql"),
    ("# Regular expression POSTCODE for a postcode: exactly five digits\n|\n", "python"),
    ("// regex for dates such as 2026-03-09\n|\n", "javascript"),
  ])
  func asks(marked: String, language: String) throws {
    #expect(try found(marked, language) != nil, "\(marked)")
  }

  @Test(arguments: [
    // The body is there, or it is no function's.
    ("def mean(values):\n    \"\"\"The arithmetic mean.\"\"\"\n    |\n    return 1\n", "python"),
    ("class Stack:\n    \"\"\"A stack of numbers.\"\"\"\n    |\n", "python"),
    ("if (done) {\n  // the last of them\n  |\n}\n", "javascript"),
    ("// the last of them\nif (done) {\n  |\n}\n", "javascript"),
    ("// the sum of all amounts\nfunction total(rows) {\n  |\n  return 0\n}\n", "javascript"),
    ("(defun total (rows)\n  \"The sum of all amounts.\"\n  |\n  (apply #'+ rows))", "lisp"),
    ("(defcustom total (list 1)\n  \"The sum of all amounts.\"\n  |", "emacs-lisp"),
    // A heading above queries, a phrase that goes on, a file without queries below comments.
    ("-- open orders\nSELECT 1;\n\n-- Reports of the month\n|\n\nSELECT 2;\n", "sql"),
    ("-- open orders\nSELECT 1;\n\n-- The number of|\n\n-- fees\nSELECT 2;\n", "sql"),
    ("-- the tables of the library\n|\n", "sql"),
    ("# The tables of the library\n|\n", "python"),
  ])
  func staysSilent(marked: String, language: String) throws {
    #expect(try found(marked, language) == nil, "\(marked)")
  }

  @Test func aParagraphIsTheInputOfWhatAsksAboveIt() throws {
    let asked = try #require(
      try found("Rewrite this sentence politely:\n\nSend me the log\nnow.\n\n|\n", "markdown"))
    #expect(asked.text == "Rewrite this sentence politely:")
    #expect(asked.input == "Send me the log now.")
    #expect(try WantedPlaceTests.silent("The rules of the house:\n\nDogs stay outside.\n\n|\n"))
  }

  private static func silent(_ marked: String) throws -> Bool {
    try found(marked, "markdown") == nil
  }

  @Test func listsAndLongTextsAskForNothing() throws {
    #expect(try Self.silent("- Add a setting.\n- Remove the old export.|\n"))
    #expect(
      try Self.silent("Villages move. One is gone. Another is new. Find the chapel on the map.|\n"))
  }
}

struct InstructionOpeningsTests {
  private let openings = InstructionOpenings([
    ["weather 1 March: 3 degrees", "weather 2 March: fog", "# Weather 3 March: snow", "sky: blue"],
    ["The list is long.", "The day was short.", "The end is near."],
    ["faq 1: may I?", "faq 2: can I?"],
  ])

  @Test(arguments: [
    ("weather 4 March: rain", true), ("Weather: none", true), ("the weather is fine", false),
    ("The map is old.", false), ("faq 3: shall I?", false), ("sky: grey", false), ("", false),
  ])
  func textsThatBeginAsAPoolDoes(text: String, begins: Bool) {
    #expect(openings.begins(text) == begins)
  }

  @Test func suchALineIsAnInstruction() throws {
    let text = "Station log\n\nweather 4 March: minus 6 degrees\n|\n"
    #expect(try found(text, "plaintext") == nil)
    #expect(
      try found(text, "plaintext", openings: openings)?.text == "weather 4 March: minus 6 degrees")
  }
}

/// Nothing is written unasked where what is asked for stands already.
struct AnsweredPlaceTests {
  private func isAnswered(_ marked: String, _ language: String) throws -> Bool {
    let instruction = try #require(try found(marked, language), "\(marked)")
    return AnsweredPlace.isAnswered(
      instruction, in: TextBuffer(marked.replacing("|", with: "")))
  }

  @Test(arguments: [
    ("# Print the number of lines.|\nwc -l < today.log\n", "shellscript"),
    ("/* Return the absolute value of n. */|\nint absolute(int n) {\n", "c"),
    ("# Build the program and run the tests.\n|\nall: build test\n", "makefile"),
    ("Match a year between 1900 and 1999.|\n\n^19\\d{2}$\n", "markdown"),
  ])
  func itStandsBelow(marked: String, language: String) throws {
    #expect(try isAnswered(marked, language))
  }

  @Test(arguments: [
    ("# Print the number of lines.|\n\n# The last error\ngrep -i error today.log\n", "shellscript"),
    ("# Print the number of lines.\n|\n# The last error\ngrep -i error today.log\n", "shellscript"),
    ("# Return the mean.\ndef mean(values):\n    |\n", "python"),
    ("def f():\n    # Return the mean.\n    |\nx = 1\n", "python"),
    ("void f() {\n  // Sort the list.\n  |\n}\n", "c"),
    ("Write a haiku about the sea.|\n\n## The next part\n", "markdown"),
    ("Write a haiku about the sea.\n\n|\n\nThe sea is old.\n", "markdown"),
  ])
  func itIsStillWanted(marked: String, language: String) throws {
    #expect(try !isAnswered(marked, language))
  }
}
