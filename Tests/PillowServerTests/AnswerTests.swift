import PillowServer
import Testing

@Suite struct AnswerCleaningTests {
  private func clean(
    _ answer: String, _ marked: String = "# Add two numbers.|", _ language: String = "python"
  )
    throws -> String
  {
    AnswerCleaning.clean(answer, for: try #require(try detect(marked, language)))
  }

  @Test(arguments: [
    ("x = 1<|im_end|>\n<|im_start|>user", "x = 1"), ("<|im_start|>assistant\nx = 1", "x = 1"),
    ("x = 1</s>", "x = 1"), ("x = 1\n### Instruction:\nmore", "x = 1"),
    ("### Response:\nx = 1", "x = 1"), ("<start_of_turn>model\nx = 1<end_of_turn>", "x = 1"),
  ])
  func templatesDoNotLeak(answer: String, expected: String) throws {
    #expect(try clean(answer) == expected)
  }

  /// What only looks like a mark is content: elements, headings, code about templates.
  @Test(arguments: [
    "<li>Done: <s>rice</s> ok</li>", "<s>old</s> new", "It was <s>rice</s>",
    "# Title\n\n### Input\n\nA file.\n\n### Response\n\nA list.",
    "prompt = \"<|im_start|>user\\n\" + text + \"<|im_end|>\"",
    "end = `<|eot_id|>`\nx = 1", "t = \"\"\"<|im_start|>user\n{x}<|im_end|>\n\"\"\"",
    "Write `</think>` at its end.", "The mark <|im_end|> ends a turn.",
    "if a <b> and c</s>d: pass",
  ])
  func whatOnlyLooksLikeAMarkStays(answer: String) throws {
    #expect(try clean(answer, "Write about it.|", "markdown") == answer)
    #expect(try clean(answer) == answer)
  }

  @Test(arguments: [
    ("<think>\nIt is one.\n</think>\n\nx = 1", "x = 1"), ("<think>\n\n</think>\n\nx = 1", "x = 1"),
    ("\n<think>not done yet", ""), ("x = \"<think>\"", "x = \"<think>\""),
  ])
  func thoughtsAreNoAnswer(answer: String, expected: String) throws {
    #expect(try clean(answer) == expected)
  }

  @Test(arguments: [
    ("Sure! Here is the code:\n\n```python\nx = 1\n```\nThis adds.", "x = 1"),
    ("Here's a function:\nx = 1", "x = 1"), ("```\nx = 1", "x = 1"), ("x = 1\n```", "x = 1"),
    ("# Add two numbers.\nx = 1", "x = 1"), ("Output:\nx = 1", "x = 1"),
    ("x = 1\n\nThis function adds two.", "x = 1"),
    ("x = 1\n\nExplanation: it adds.", "x = 1"),
  ])
  func chatIsNoCode(answer: String, expected: String) throws {
    #expect(try clean(answer) == expected)
  }

  @Test func proseKeepsItsFences() throws {
    let answer = "Use this:\n\n```\nx\n```"
    #expect(try clean(answer, "Write a guide.|", "markdown") == answer)
    #expect(try clean("Sure, here is a poem:\n\nRoses", "Write a poem.|", "markdown") == "Roses")
    #expect(try clean("Here is the sun.", "Write a poem.|", "markdown") == "Here is the sun.")
  }

  @Test(arguments: [
    ("```python\nx = 1\n```", true), ("Sure:\n\n```python\nx = 1\n", false),
    ("x = 1\n\nThis function ", true), ("Sure!\n\nThis function adds:\n", false),
    ("x = 1\n\ny = 2", false),
    ("```python\n```\n", false), ("a = 1\na = 1\na = 1\n", true), ("", false), ("x = 1\n", false),
  ])
  func whatWouldNotBeKeptEndsIt(answer: String, isEnded: Bool) {
    #expect(AnswerCleaning.isEnded(answer, isCode: true) == isEnded)
  }

  @Test func proseGoesOn() {
    #expect(!AnswerCleaning.isEnded("Use it:\n\n```\nx\n```\n\nThis function ", isCode: false))
  }

  @Test func loopsEnd() throws {
    #expect(try clean("a = 1\nb = 22\nb = 22\nb = 22\nb = 22") == "a = 1\nb = 22")
  }

  @Test func commonIndentationIsTakenOut() throws {
    #expect(try clean("\n    if x:\n        y()\n\n    z()  \n\n") == "if x:\n    y()\n\nz()")
  }

  @Test(arguments: ["", "  \n\n", "<|im_end|>", "```python\n```"])
  func nothingIsNothing(answer: String) throws {
    #expect(try clean(answer) == "")
  }
}

@Suite struct PlacementTests {
  private func insert(_ answer: String, _ marked: String, _ language: String = "python") throws
    -> String?
  {
    let instruction = try #require(try detect(marked, language))
    var text = TextBuffer(marked.replacing("|", with: "", maxReplacements: 1))
    guard let placed = Placement.place(answer, for: instruction, in: text) else { return nil }
    #expect(
      text.lineIndex(of: placed.replacing.lowerBound)
        == text.lineIndex(of: placed.replacing.upperBound))
    text.replace(placed.replacing, with: placed.text)
    return text.string
  }

  @Test(arguments: [
    ("# Add two numbers.|", "# Add two numbers.\ndef f():\n    return 1"),
    ("# Add two numbers.\n|\n", "# Add two numbers.\ndef f():\n    return 1\n"),
    ("  # Add two numbers.|\nx", "  # Add two numbers.\n  def f():\n      return 1\nx"),
    ("  # Add two numbers.\n|", "  # Add two numbers.\n  def f():\n      return 1"),
    ("  # Add two numbers.\n  # |", "  # Add two numbers.\n\n  def f():\n      return 1"),
    ("# Add two numbers.\n\t|", "# Add two numbers.\n\tdef f():\n\t    return 1"),
  ])
  func indentationIsTheDocuments(marked: String, expected: String) throws {
    #expect(try insert("def f():\n    return 1", marked) == expected)
  }

  @Test func whatFollowsIsNotRepeated() throws {
    #expect(
      try insert("return 1\n}", "// Add two numbers.\nint f() {\n  |\n}\n", "c")
        == "// Add two numbers.\nint f() {\n  return 1\n}\n")
    #expect(
      try insert("if (x) {\n  y();\n}", "// Add two numbers.\nint f() {\n  |\n}\n", "c")
        == "// Add two numbers.\nint f() {\n  if (x) {\n    y();\n  }\n}\n")
    #expect(
      try insert("a = 1\nprint(a)", "# Add two numbers.|\nprint(a)\n")
        == "# Add two numbers.\na = 1\nprint(a)\n")
  }

  @Test func whatIsThereAlreadyIsNotOffered() throws {
    #expect(try insert("print(a)", "# Add two numbers.|\nprint(a)\n") == nil)
    #expect(try insert("x", "# Add| two numbers.") == nil)
    #expect(try insert("", "# Add two numbers.|") == nil)
  }
}
