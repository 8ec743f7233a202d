import PillowServer
import PromptMatching
import Testing

/// What of an answer reaches the document.
@Suite struct AnswerTextOutTests {
  private func code(_ answer: String, _ language: String = "python") -> String {
    AnswerCleaning.clean(
      answer,
      for: Instruction(
        kind: .comment, range: 0..<0, text: "Write it.", input: "", language: language,
        indentation: "", insertion: nil))
  }

  /// A fence within a docstring is part of the code.
  @Test func fencesInDocstringsStay() {
    let python =
      "def f():\n    \"\"\"Doc.\n\n    ```python\n    f()\n    ```\n    \"\"\"\n    return 1"
    #expect(code(python) == python)
    #expect(code("Sure!\n\n```python\n\(python)\n```\nThat is all.") == python)
    let elixir = "@doc \"\"\"\nAdds.\n\n```elixir\nadd(1, 2)\n```\n\"\"\"\ndef add(a, b), do: a + b"
    #expect(code(elixir, "elixir") == elixir)
    #expect(code("~~~python\nx = 1\n~~~") == "x = 1")
    #expect(code("````python\nx = 1\n````") == "x = 1")
    #expect(!AnswerCleaning.isEnded(String(python.dropLast(13)), isCode: true))
  }

  /// Models whose prompt opens their thoughts write only their end.
  @Test func thoughtsAreNoAnswer() {
    #expect(code("hm, so\n</think>\n\nx = 1") == "x = 1")
    #expect(code("x = '</think>'") == "x = '</think>'")
  }

  private func bound(_ answer: String, _ unit: AnswerUnit, _ language: String?) -> String {
    unit.bound(answer, language: language).text
  }

  @Test func stringsOfSeveralLinesEndWithTheirStatement() {
    for quotes in ["'''", "\"\"\""] {
      let text = "PROMPT = \(quotes)\n### Instruction:\nabc\n\n\(quotes)"
      #expect(bound(text + "\nx = 1", .definition, "python") == text)
      let function = "def f():\n    s = \(quotes)\nabc\n\(quotes)\n    return s"
      #expect(bound(function + "\n\nx = 1\n", .definition, "python") == function)
    }
    let here = "cat <<'EOF' > a.txt\n\nabc\nEOF"
    #expect(bound(here + "\nls", .statement, "shellscript") == here)
    #expect(bound("echo a\nls", .statement, "shellscript") == "echo a")
  }

  @Test func aPreambleIsNoParagraph() {
    #expect(bound("Sure! Here is a haiku:\n\nOne line.\n\nMore.", .paragraph, nil) == "One line.")
    #expect(bound("Certainly!\n\nRain falls.", .paragraph, nil) == "Rain falls.")
    #expect(!AnswerUnit.paragraph.bound("Certainly!\n\n", language: nil).isComplete)
    #expect(bound("## Tea\n\nTea is hot.\n\nMore.", .paragraph, nil) == "## Tea\n\nTea is hot.")
  }
}
