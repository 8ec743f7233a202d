import Foundation
import PromptPool
import TestSupport
import Testing

/// Records as data sets in use have them.
@Suite struct DataSetShapeTests {
  private func imported(
    _ text: String, _ name: String = "records.jsonl"
  ) throws -> (drafts: [ExemplarDraft], report: ImportReport) {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(
      try folder.write(text.utf8, to: name), options: ImportOptions(keepsNearDuplicates: true))
    return (try pool.exemplars().map(\.draft), report)
  }

  static let questions = [
    // Roles in other words and cases.
    #"{"conversations":[{"from":"Human","value":"Q"},{"from":"GPT","value":"A"}]}"#,
    #"{"conversations":[{"from":"system","value":"s"},{"from":"user","value":"Q"},{"from":"bing","value":"A"}]}"#,
    #"{"messages":[{"role":"prompter","content":"Q"},{"role":"Assistant","content":"A"}]}"#,
    #"{"messages":[{"role":"developer","content":"s"},{"role":"user","content":"Q"},{"role":"model","content":"A"}]}"#,
    #"{"conversation":[{"speaker":"USER","text":"Q"},{"speaker":"Claude","text":"A"}]}"#,
    #"{"dialog":[{"role":"human","value":"Q"},{"role":"ai","value":"A"}]}"#,
    #"{"Messages":[{"Role":"User","Content":"Q"},{"Role":"Assistant","Content":"A"}]}"#,
    // A greeting before the question, more exchanges after it.
    #"{"messages":[{"role":"assistant","content":"Hi!"},{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"R"},{"role":"assistant","content":"B"}]}"#,
    // Content in parts.
    #"{"messages":[{"role":"user","content":[{"type":"input_text","text":"Q"}]},{"role":"assistant","content":[{"type":"output_text","text":"A"}]}]}"#,
    #"{"messages":[{"author":{"role":"user"},"content":{"parts":["Q"]}},{"author":{"role":"assistant"},"content":{"parts":["A"]}}]}"#,
    // Texts that take turns.
    #"{"id":"0","data":["Q","A","R","B"]}"#, #"{"conversations":["Q","A"]}"#,
    // Pairs under other names.
    #"{"prompt":"Q","completion":"A"}"#, #"{"Instruction":"Q","Response":"A"}"#,
    #"{"question":"Q","answer":"A"}"#, #"{"query":"Q","response":"A"}"#,
    #"{"problem":"Q","solution":"A"}"#, #"{"inputs":"Q","targets":"A"}"#,
    #"{"input":"Q","output":"A"}"#, #"{"user":"Q","assistant":"A"}"#,
    #"{"human":"Q","gpt":"A"}"#, #"{"prompt":"Q","chosen":"A","rejected":"B"}"#,
    #"{"instruction":"Q","input":null,"output":"A"}"#,
    // A preferred answer as messages, with and without the question.
    #"{"prompt":"Q","chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}"#,
    #"{"prompt":[{"role":"user","content":"Q"}],"completion":[{"role":"assistant","content":"A"}]}"#,
    // Gemini.
    #"{"contents":[{"role":"user","parts":[{"text":"Q"}]},{"role":"model","parts":[{"text":"A"}]}]}"#,
    // The viewer of a hub.
    #"{"row_idx":0,"row":{"instruction":"Q","output":"A"},"truncated_cells":[]}"#,
    #"{"row":{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}}"#,
    // Several answers.
    #"{"question":"Q","answers":["A"]}"#, #"{"question":"Q","answers":["A","B"]}"#,
    #"{"question":"Q","answers":{"text":["A"],"answer_start":[3]}}"#,
    #"{"instruction":"Q","output":["A"]}"#,
    // One text with marks.
    ####"{"text":"### Human: Q### Assistant: A### Human: R### Assistant: B"}"####,
    #"{"text":"Below is a task.\n\n### Instruction:\nQ\n\n### Response:\nA"}"#,
    // What a model thought before it answered.
    #"{"instruction":"Q","output":"<think>\nHm.\n</think>\n\nA"}"#,
    #"{"instruction":"Q","output":"\n<think></think>A"}"#,
  ]

  @Test(arguments: questions) func aQuestionAndItsAnswer(record: String) throws {
    let (drafts, report) = try imported(record + "\n")
    #expect(drafts.map(\.instruction) == ["Q"] && drafts.map(\.output) == ["A"], "\(report)")
    // The same in every form of file.
    for text in [
      record + ",\n" + record + ",", "[\n\(record),\n]", "[\(record)]", #"{"data":[\#(record)]}"#,
      #"{"version": "1.1", "names": ["a"], "rows" : [ \#(record) ], "more": {"a": []}}"#,
    ] {
      #expect(try imported(text, "records.json").drafts == drafts, "\(text)")
    }
  }

  @Test(arguments: ["5", "-1.5e3", "true", "false"]) func anAnswerMayBeANumber(answer: String)
    throws
  {
    let (drafts, _) = try imported(#"{"question":"Q","answer":\#(answer)}"#)
    #expect(drafts == [ExemplarDraft(instruction: "Q", output: answer)])
  }

  @Test func theInputOfAMarkedText() throws {
    let (drafts, _) = try imported(
      ####"{"text":"### Instruction:\nAdd.\n\n### Input:\n1, 2\n\n### Response:\n3","tags":["sum"]}"####
    )
    #expect(
      drafts == [ExemplarDraft(instruction: "Add.", input: "1, 2", output: "3", tags: ["sum"])])
  }

  @Test func onlyWhatWasThoughtBeforeTheAnswerIsLeftOut() throws {
    let (drafts, report) = try imported(
      #"""
      {"instruction":"one","output":"<think> is a tag"}
      {"instruction":"two","output":"It writes <think>x</think>."}
      {"instruction":"three","output":"<think>only</think>"}
      """#)
    #expect(drafts.map(\.output) == ["<think> is a tag", "It writes <think>x</think>."])
    #expect(report.rejected.map(\.reason) == ["“output” is empty"])
  }

  // MARK: Several lists

  private static let lists: [(text: String, answers: [String])] = [
    (
      #"{"train":[{"prompt":"a","completion":"1"}],"test":[{"prompt":"b","completion":"2"}]}"#,
      ["1", "2"]
    ),
    (
      #"{"data":{"train":[{"prompt":"a","completion":"1"},{"prompt":"b","completion":"2"}]}}"#,
      ["1", "2"]
    ),
    (
      #"{"data":{"train":[{"prompt":"a","completion":"1"}],"validation":[{"prompt":"b","completion":"2"}]},"test":[{"prompt":"c","completion":"3"}]}"#,
      ["1", "2", "3"]
    ),
    (#"{"instances":[{"input":"a","output":"1"}]}"#, ["1"]),
    (
      #"{"features":[{"name":"prompt"}],"rows":[{"row_idx":0,"row":{"prompt":"a","completion":"1"}}],"num_rows_total":1}"#,
      ["1"]
    ),
    (
      #"[{"role":"user","content":"a"},{"role":"assistant","content":"1"}]"# + "\n"
        + #"[{"role":"user","content":"b"},{"role":"assistant","content":"2"}]"# + "\n", ["1", "2"]
    ),
    (#"[{"role":"user","content":"a"},{"role":"assistant","content":"1"}]"#, ["1"]),
    (
      "[\n" + #"[{"role":"user","content":"a"},{"role":"assistant","content":"1"}],"# + "\n"
        + #"[{"role":"user","content":"b"},{"role":"assistant","content":"2"}]"# + "\n]",
      ["1", "2"]
    ),
    (
      "\u{1E}" + #"{"prompt":"a","completion":"1"}"# + "\n\u{1E}"
        + #"{"prompt":"b","completion":"2"}"# + "\n", ["1", "2"]
    ),
  ]

  @Test(arguments: lists) func allListsOfAFileAreRead(text: String, answers: [String]) throws {
    let (drafts, report) = try imported(text, "records.json")
    #expect(drafts.map(\.output) == answers, "\(report)")
    #expect(report.rejected.isEmpty)
  }

  @Test func aBadRecordOfTheSecondListHasItsPlace() throws {
    let (drafts, report) = try imported(
      """
      {"train": [
        {"prompt": "a", "completion": "1"}
      ],
      "info": {"test": 1, "of": ["x"]},
      "test": [
        {"prompt": "b"},
        {"prompt": "c", "completion": "3"}
      ]}
      """, "splits.json")
    #expect(drafts.map(\.output) == ["1", "3"])
    #expect(report.rejected.map(\.line) == [6] && report.rejected.map(\.record) == [2])
  }

  @Test func whatIsSaidInSeveralMessagesIsOneQuestion() throws {
    let (drafts, _) = try imported(
      #"{"conversations":[{"from":"human","value":"A table"},{"from":"human","value":"Its rows?"},{"from":"gpt","value":"3"}]}"#
    )
    #expect(drafts == [ExemplarDraft(instruction: "A table\n\nIts rows?", output: "3")])
  }

  static let refused: [(record: String, words: String)] = [
    (
      #"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null}]}"#,
      "no question with an answer"
    ),
    (
      #"{"messages":[{"role":"user","content":"Q"},{"role":"user","content":"R"}]}"#,
      "no question with an answer"
    ),
    (
      #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
      "image_url"
    ),
    (#"{"messages":"Q"}"#, "must be a list"), (#"{"messages":[]}"#, "no question"),
    (#"{"instruction":"Q","output":{"a":1}}"#, "“output” must be a text"),
    (#"{"instruction":7,"output":"A"}"#, "“instruction” must be a text"),
    (#"{"instruction":"Q","output":"\ud83d"}"#, "half of a character"),
    (#"{"instruction":"Q","output":"a\ude00b"}"#, "half of a character"),
    (#"{"instruction":"Q","output":"\ud83d\u0041"}"#, "half of a character"),
    (####"{"text":"### Human: Q"}"####, "“text”"),
    (#"{"instruction":["Q","R"],"output":["A","B"]}"#, "columns"),
    (#"{"text":"Human: Q Assistant: A","id":1}"#, "“text”, “id”"),
    (#"{"user":"bob","output":"A"}"#, "“instruction” is missing"), (#"{}"#, "no fields"),
  ]

  @Test(arguments: refused) func whatHasNoneIsRefused(record: String, words: String) throws {
    let (drafts, report) = try imported(record)
    #expect(drafts.isEmpty)
    #expect(report.rejected.first?.reason.contains(words) == true, "\(report.rejected)")
    #expect(report.failure == "its only record is bad")
  }

  // MARK: JSON over several lines

  @Test func objectsOverSeveralLinesAreRead() throws {
    let text = """
      {
        "instruction": "one {",
        "output": "1"
      }
      {
        "instruction": "two", "output": null
      },
      { "instruction": "three",
        "output": "3" }
      """
    let (drafts, report) = try imported(text, "pretty.json")
    #expect(drafts.map(\.output) == ["1", "3"])
    #expect(report.rejected.map(\.line) == [5] && report.rejected.map(\.record) == [2])
  }

  /// One broken line costs one record, wherever it is.
  @Test(arguments: [
    #"{"instruction": "a","#, #"{"instruction": "a"#,
    #"{"instruction": "a", "output": "b"} x"#, "{", "<<<<<<< HEAD",
  ])
  func aBrokenFirstLineIsOneRecord(line: String) throws {
    let good = #"{"instruction":"i","output":"o"}"#
    let (drafts, report) = try imported(line + "\n" + good + "\n" + line + "\n" + good + "1")
    #expect(drafts.map(\.output) == ["o"])
    #expect(report.rejected.map(\.line) == [1, 3, 4])
    #expect(report.rejected.map(\.record) == [1, 3, 4])
  }

  @Test func recordsAreNumberedInEveryForm() throws {
    let records = (1...5).map { number in
      number == 4
        ? #"{"instruction":"no output"}"# : #"{"instruction":"i\#(number)","output":"o"}"#
    }
    let rows = (1...5).map { $0 == 4 ? "i4," : "i\($0),o" }
    let sections = (1...5).map {
      "### Instruction\ni\($0)\n### Response\n" + ($0 == 4 ? "" : "o\n")
    }
    let files: [(text: String, name: String, line: Int)] = [
      (records.joined(separator: "\n\n"), "a.jsonl", 7),
      ("[\(records.joined(separator: ","))]", "a.json", 1),
      ("{\n\"data\":\n[\(records.joined(separator: ",\n"))]}", "a.json", 6),
      ("sep=,\ninstruction,output\n\(rows.joined(separator: "\n"))", "a.csv", 6),
      (sections.joined(), "a.md", 13),
    ]
    for (text, name, line) in files {
      let (drafts, report) = try imported(text, name)
      #expect(drafts.count == 4, "\(name) \(report)")
      #expect(report.rejected.map(\.record) == [4], "\(name)")
      #expect(report.rejected.map(\.line) == [line], "\(name)")
      #expect(report.records == 5 && report.failure == nil)
    }
  }

  // MARK: Nothing

  @Test(arguments: [
    ("", "a.jsonl", "it is empty"), ("\n\n", "a.jsonl", "it is empty"),
    ("[]", "a.json", "it holds an empty list"), ("", "a.md", "it is empty"),
    ("# Notes\n\n## Usage\ntext\n", "a.md", "“Notes”, “Usage”"),
    ("instruction;output\r\n", "a.csv", "no rows"), ("", "a.csv", "it is empty"),
  ])
  func aFileOfNothingSaysWhy(text: String, name: String, words: String) throws {
    let (_, report) = try imported(text, name)
    #expect(report.failure?.contains(words) == true, "\(report)")
  }

  @Test func whatIsThereAlreadyIsNoFailure() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let file = try folder.write(#"{"instruction":"i","output":"o"}"#.utf8)
    #expect(try pool.importFile(file).failure == nil)
    #expect(try pool.importFile(file).failure == nil)
  }

  @Test(arguments: [
    ("PAR1\u{15}\u{4}", "a.parquet", "Parquet"), ("PAR1", "a.jsonl", "Parquet"),
    ("PK\u{3}\u{4}", "a.xlsx", "spreadsheet"), ("PK\u{3}\u{4}", "a.json", "ZIP"),
    ("SQLite format 3\0", "pool.db", "SQLite"), ("%PDF-1.7", "a.md", "PDF"),
    ("version https://git-lfs.github.com/spec/v1\n", "a.jsonl", "git lfs pull"),
    ("\n<!DOCTYPE HTML><title>", "a.json", "web page"), ("<html>", "a.csv", "web page"),
    ("<?xml version=\"1.0\"?>", "a.json", "XML"), ("a = 1\n", "pool.toml", "TOML"),
    ("[[prompts]]\ninstruction = \"a\"\n", "prompts", "TOML"), ("- a: 1\n", "a.yml", "YAML"),
    ("[server.main]\r\nport = 1\r\n", "prompts", "settings"), ("ARROW1\0\0", "a.arrow", "Arrow"),
  ])
  func otherKindsOfFilesAreNamed(text: String, name: String, words: String) throws {
    let error = #expect(throws: PromptPoolError.self) { try imported(text, name) }
    #expect(error?.description.contains(words) == true)
  }
}
