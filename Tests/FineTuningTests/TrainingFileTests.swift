import FineTuning
import Foundation
import Testing
import Tokenizers

struct TrainingFileTests {
  private func file(_ lines: String...) -> TrainingFile {
    TrainingFile(Data(lines.joined(separator: "\n").utf8), name: "rows.jsonl")
  }

  @Test func allFormsAreRead() {
    let file = file(
      #"{"instruction":"Add","input":"1 2","output":"3","weight":0.5}"#,
      #"{"prompt":"a","completion":"b"}"#,
      #"{"prompt":"a","chosen":"b","rejected":"c"}"#,
      #"{"prompt":"a","completion":"b","label":false}"#)
    #expect(file.problems.isEmpty)
    #expect(
      file.examples.map(\.content) == [
        .instruction(.init(instruction: "Add", input: "1 2", output: "3")),
        .completion(prompt: "a", completion: "b"),
        .preference(prompt: "a", chosen: "b", rejected: "c"),
        .label(prompt: "a", completion: "b", isGood: false),
      ])
    #expect(file.examples.map(\.weight) == [0.5, 1, 1, 1])
  }

  /// A bad answer to an instruction is never learned as a good one.
  @Test func instructionsMayBeJudged() {
    let file = file(
      #"{"instruction":"Add","chosen":"3","rejected":"4"}"#,
      #"{"instruction":"Add","output":"4","label":false,"language":"python"}"#)
    #expect(
      file.examples.map(\.content) == [
        .choice(.init(instruction: "Add", output: "3"), over: "4"),
        .judged(.init(instruction: "Add", output: "4"), isGood: false),
      ])
    #expect(file.examples.map(\.language) == [nil, "python"])
  }

  @Test func whatCannotBeUsedIsNamed() {
    let file = file(
      "", #"{"prompt":"a"}"#, "no JSON", #"{"prompt":"a","completion":" "}"#,
      #"{"prompt":"a","completion":"b","weight":-1}"#, #"{"prompt":"a","completion":"b"}"#,
      #"{"prompt":"a","completion":"b"}"#)
    #expect(file.examples.count == 1)
    #expect(
      file.problems.map { $0.prefix(18) } == [
        "rows.jsonl, line 2", "rows.jsonl, line 3", "rows.jsonl, line 4", "rows.jsonl, line 5",
        "rows.jsonl, line 7",
      ])
  }

  @Test func textThatIsNotUTF8IsNamed() {
    let file = TrainingFile(
      Data(#"{"prompt":"a","completion":""#.utf8) + [0xff] + Data("\"}".utf8), name: "rows.jsonl")
    #expect(file.problems == ["rows.jsonl, line 1 is skipped: it is not UTF-8"])
  }
}
