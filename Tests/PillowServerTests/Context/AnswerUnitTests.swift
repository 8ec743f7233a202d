import PillowServer
import Testing

@Suite struct AnswerUnitTests {
  private func instruction(
    _ text: String, language: String? = "python", input: String = "", indentation: String = ""
  ) -> Instruction {
    Instruction(
      kind: language == nil ? .paragraph : .comment, range: 0..<1, text: text, input: input,
      language: language, indentation: indentation, insertion: nil)
  }

  @Test func whatIsAskedForDecides() {
    #expect(AnswerUnit.of(instruction("Write a function that adds two numbers.")) == .definition)
    #expect(AnswerUnit.of(instruction("List all ships.", language: "sql")) == .statement)
    #expect(AnswerUnit.of(instruction("Count the lines.", language: "sh")) == .statement)
    #expect(
      AnswerUnit.of(
        instruction("Adds.", input: "def add(a, b):", indentation: "    ")) == .body)
    #expect(AnswerUnit.of(instruction("Give me one sentence.", language: nil)) == .sentence)
    #expect(AnswerUnit.of(instruction("Give me one line.", language: nil)) == .lines(1))
    #expect(AnswerUnit.of(instruction("Give me a list.", language: nil)) == .open)
    #expect(
      AnswerUnit.of(instruction("note: x", language: nil), shots: ["a\nb", "c\nd"]) == .lines(2))
  }

  struct Cut: CustomTestStringConvertible, Sendable {
    var unit: AnswerUnit
    var language: String?
    var answer: String
    var kept: String
    var testDescription: String { "\(unit) \(language ?? "prose"): \(kept)" }
  }

  @Test(arguments: [
    Cut(
      unit: .definition, language: "python",
      answer: "def a(x):\n    return x\n\n\ndef b(x):\n    return x",
      kept: "def a(x):\n    return x"),
    Cut(
      unit: .definition, language: "python",
      answer: "def a(\n    x,\n):\n    if x:\n\n        return 1\n    return 2\n\nprint(a(1))\n",
      kept: "def a(\n    x,\n):\n    if x:\n\n        return 1\n    return 2"),
    Cut(
      unit: .definition, language: "python", answer: "LIMIT = 3\nOTHER = 4\n", kept: "LIMIT = 3"),
    Cut(
      unit: .body, language: "python",
      answer: "    if x:\n        return 1\n    return 2\n\n\ndef b():\n    pass",
      kept: "    if x:\n        return 1\n    return 2"),
    Cut(
      unit: .definition, language: "javascript",
      answer: "function a(x) {\n  return `${x}}`;\n}\n\nfunction b() {}",
      kept: "function a(x) {\n  return `${x}}`;\n}"),
    Cut(
      unit: .body, language: "javascript", answer: "  return { a: 1 };\n}\n\nfunction b() {",
      kept: "  return { a: 1 };"),
    Cut(
      unit: .sentence, language: nil, answer: "Dr. Ruiz paid 3.50 euros. She was late.\nMore",
      kept: "Dr. Ruiz paid 3.50 euros."),
    Cut(
      unit: .definition, language: "bash", answer: "count() {\n  echo \"$#\"\n}\ncount a b\n",
      kept: "count() {\n  echo \"$#\"\n}"),
    Cut(
      unit: .statement, language: "sql", answer: "-- so\nSELECT a\nFROM b;\nSELECT c;",
      kept: "SELECT a\nFROM b;"),
    Cut(
      unit: .statement, language: "sh", answer: "sort a |\n  uniq\nrm b\n", kept: "sort a |\n  uniq"
    ),
    Cut(
      unit: .statement, language: "sh", answer: "for f in *; do\n  echo $f\ndone\necho x\n",
      kept: "for f in *; do\n  echo $f\ndone"),
    Cut(unit: .lines(1), language: nil, answer: "\nOne.\nTwo.", kept: "One."),
    Cut(unit: .paragraph, language: nil, answer: "One.\nTwo.\n\nThree.", kept: "One.\nTwo."),
  ])
  func answersEndWithTheirUnit(_ cut: Cut) {
    let bounded = cut.unit.bound(cut.answer, language: cut.language)
    #expect(bounded.text == cut.kept)
    #expect(bounded.isComplete)
  }

  @Test func whatMayGrowIsNotComplete() {
    for (unit, language, answer) in [
      (AnswerUnit.definition, "python", "def a(x):\n    return x"),
      (.definition, "c", "int a(void) {\n  return 1;"), (.statement, "sql", "SELECT a\nFROM b"),
      (.statement, "sh", "sort a |\n"), (.lines(1), nil, "One"),
    ] as [(AnswerUnit, String?, String)] {
      #expect(!unit.bound(answer, language: language).isComplete, "\(answer)")
    }
  }
}
