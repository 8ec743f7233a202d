import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct ImportFormatTests {
  private let expected = [
    ExemplarDraft(instruction: "Say “hi”", input: "to\nall", output: "hi, all", tags: ["greet"]),
    ExemplarDraft(instruction: "Add 1", output: "2"),
  ]

  private func check(
    _ text: String, name: String, format: ImportFormat? = nil, hasTags: Bool = false
  ) throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let file = try folder.write(text.utf8, to: name)
    let report = try pool.importFile(file, options: ImportOptions(format: format))
    #expect(report.added == 2 && report.rejectedCount == 0, "\(report)")
    var drafts = expected
    if !hasTags { for index in drafts.indices { drafts[index].tags = [] } }
    #expect(try pool.exemplars().map(\.draft) == drafts)
    #expect(try pool.importFile(file, options: ImportOptions(format: format)).duplicates == 2)
  }

  @Test(arguments: ["alpaca.json", "alpaca", "alpaca.jsonl"])
  func alpacaArrays(name: String) throws {
    let text = """
      [
        {"instruction": "Say “hi”", "input": "to\\nall", "output": "hi, \\u0061ll"},
        {"instruction": "Add 1", "input": "", "output": "2", "more": [1.5e-3, true, {"a": "]}"}]}
      ]
      """
    try check(text, name: name)
    try check(text.replacing("\n", with: ""), name: name)
    try check(text, name: name, format: .alpaca)
  }

  @Test func dollyLines() throws {
    try check(
      """
      {"instruction": "Say “hi”", "context": "to\\nall", "response": "hi, all", "category": "greet"}
      {"instruction": "Add 1", "context": "", "response": "2"}
      """, name: "dolly.jsonl", hasTags: true)
  }

  @Test func shareGPTConversations() throws {
    let text = """
      [{"id": "1", "conversations": [{"from": "system", "value": "Be brief."},
        {"from": "human", "value": "Say “hi”\\n\\nto\\nall"}, {"from": "gpt", "value": "hi, all"},
        {"from": "human", "value": "Again"}, {"from": "gpt", "value": "hi"}], "input": "to\\nall"},
       {"conversations": [{"from": "human", "value": "Add 1"}, {"from": "gpt", "value": "2"}]}]
      """
    try check(text, name: "sharegpt.json")
    try check(text, name: "sharegpt.json", format: .sharegpt)
  }

  @Test(arguments: [("t.csv", ","), ("t.tsv", "\t"), ("t", ","), ("t", "\t")])
  func tables(name: String, separator: String) throws {
    let rows = [
      ["Output", "Instruction", "category", "Context"],
      ["\"hi, all\"", "Say “hi”", "greet", "\"to\nall\""], ["2", "\"Add 1\"", "", ""],
    ]
    let text = rows.map { $0.joined(separator: separator) }.joined(separator: "\r\n") + "\r\n"
    try check(text, name: name, hasTags: true)
  }

  @Test(arguments: ["m.md", "m"]) func markdownSections(name: String) throws {
    try check(
      """
      # Our examples

      ### Instruction:
      Say “hi”

      ### Input
      to
      all

      ### Response
      hi, all

      ---

      ### Instruction
      Add 1
      ### Output
      2
      """, name: name)
  }

  @Test func headingsInFencedCodeAreText() throws {
    let folder = try TemporaryFolder()
    let text = "### Instruction\nx\n### Response\n```\n### Instruction\n```\n### Instruction\ny\n"
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(try folder.write(text.utf8, to: "m.md"))
    #expect(try pool.exemplars().map(\.output) == ["```\n### Instruction\n```"])
    #expect(report.rejected.map { "\($0.line): \($0.reason)" } == ["7: “output” is empty"])
  }

  @Test func badRecordsAreNamedByTheLineWhereTheyBegin() throws {
    let folder = try TemporaryFolder()
    func rejected(_ text: String, _ name: String) throws -> [String] {
      let report = try PromptPool.inMemory().importFile(try folder.write(text.utf8, to: name))
      return report.rejected.map { "\($0.line): \($0.reason)" }
    }
    #expect(
      try rejected("[{\"instruction\": \"a\nb\"},\n{\"output\": \"x\"},\n{\"a\": [", "a.json") == [
        "1: a line ends within a text", "3: “instruction” is missing",
        "4: the file ends within the record",
      ])
    let octal = try rejected("[{\"a\": 01}", "a.json")
    #expect(octal.first == "1: it is not valid JSON")
    #expect(
      try rejected("instruction,output\n\na,\"b\nc\",d\ne,\"f", "a.csv") == [
        "3: it has 3 fields, and the table 2 columns", "5: a quotation mark is not closed",
      ])
    #expect(
      try rejected("question;reply\n", "a.csv")
        == ["1: the first line has to name the columns instruction and output"])
    #expect(
      try rejected("### Instruction\na\n### Response\n~~~\nb", "a.md")
        == ["1: the code fence of line 4 is not closed"])
    #expect(
      try rejected(#"{"messages": [{"role": "user", "content": "a"}]}"#, "a.jsonl")
        == ["1: “messages” has no question with an answer after it"])
  }

  @Test func anUnknownFormatIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("just words\n".utf8, to: "notes")
    #expect(throws: PromptPoolError.unknownFormat(path: file.path)) {
      try PromptPool.inMemory().importFile(file)
    }
  }

  @Test(arguments: ExportFormat.allCases)
  func everyExportComesBackTheSame(format: ExportFormat) throws {
    let pool = try PromptPool.inMemory()
    for draft in expected { try pool.add(draft, pool: "p") }
    try pool.add(ExemplarDraft(instruction: "c\u{1}\"\\", output: "👍\r\n", language: "c"))
    var lines: [String] = []
    try pool.export(format) { lines.append($0) }
    let folder = try TemporaryFolder()
    let file = try folder.write(lines.joined(separator: "\n").utf8, to: "export.json")
    let other = try PromptPool.inMemory()
    #expect(try other.importFile(file).added == 3)
    let drafts = (Set(try pool.exemplars().map(\.draft)), Set(try other.exemplars().map(\.draft)))
    #expect(drafts.0 == drafts.1)
  }

  /// Broken in any way, a file is read to its end, and what is taken passes the checks.
  @Test(arguments: 0..<8) func damagedFilesAreRead(seed: UInt64) throws {
    let texts = [
      #"[{"instruction": "a\u00e9", "input": "b", "output": "c\n"}, {"instruction": 1}]"#,
      "instruction,input,output\n\"a\"\"b\",c,d\ne,\"f\ng\",h\n",
      "### Instruction\na\n```\n### x\n```\n### Response\nb\n",
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
    ]
    var state = seed &+ 1
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let folder = try TemporaryFolder()
    for (text, format) in zip(texts, [ImportFormat.alpaca, .csv, .markdown, .chatml]) {
      for _ in 0..<10 {
        var bytes = Array(String(repeating: text + "\n", count: 3).utf8)
        for _ in 0..<3 { bytes[random(below: bytes.count)] = UInt8(random(below: 256)) }
        let file = try folder.write(bytes.prefix(random(below: bytes.count + 1)))
        let pool = try PromptPool.inMemory()
        _ = try pool.importFile(file, options: ImportOptions(format: format))
        for exemplar in try pool.exemplars() {
          let texts = [exemplar.instruction, exemplar.output]
          #expect(!texts.contains { $0.allSatisfy(\.isWhitespace) })
        }
      }
    }
  }
}
