import PillowServer
import Testing

struct FillInTheMiddleTests {
  private static let prefix = "# Return 1.\ndef one():\n  "
  private static let suffix = "\n\nprint(one())\n"

  @Test(arguments: [
    "<|fim_prefix|>\(prefix)<|fim_suffix|>\(suffix)<|fim_middle|>",
    "<fim_prefix>\(prefix)<fim_suffix>\(suffix)<fim_middle>",
    "<｜fim▁begin｜>\(prefix)<｜fim▁hole｜>\(suffix)<｜fim▁end｜>",
    "<|code_prefix|>\(prefix)<|code_suffix|>\(suffix)<|code_middle|>",
    "<PRE> \(prefix) <SUF>\(suffix) <MID>",
    "[SUFFIX]\(suffix)[PREFIX]\(prefix)",
  ])
  func readsTheForms(_ prompt: String) {
    #expect(
      FillInTheMiddle(prompt: prompt) == FillInTheMiddle(prefix: Self.prefix, suffix: Self.suffix))
  }

  @Test func aPromptWithoutMarksIsAllBeforeTheCursor() {
    #expect(FillInTheMiddle(prompt: "# x\n") == FillInTheMiddle(prefix: "# x\n", suffix: ""))
    #expect(
      FillInTheMiddle(prompt: "# x\n", suffix: "\ny")
        == FillInTheMiddle(prefix: "# x\n", suffix: "\ny"))
    // A document about marks.
    let about = "the mark <|fim_prefix|> comes first"
    #expect(FillInTheMiddle(prompt: about).prefix == about)
    #expect(FillInTheMiddle(prompt: "").prefix == "")
  }

  @Test func readsTheFilesPath() {
    let prompt =
      "<|repo_name|>shop\n<|file_sep|>src/cart.py\n<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"
    #expect(
      FillInTheMiddle(prompt: prompt)
        == FillInTheMiddle(prefix: "a", suffix: "b", path: "src/cart.py"))
  }
}
