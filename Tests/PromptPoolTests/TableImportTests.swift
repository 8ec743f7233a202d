import Foundation
import PromptPool
import TestSupport
import Testing

/// Tables as spreadsheets and databases write them.
@Suite struct TableImportTests {
  private let expected = [
    ExemplarDraft(
      instruction: "Größe, in m; ca.", input: "zwei\nZeilen", output: "1,80 \"etwa\""),
    ExemplarDraft(instruction: "Add 1", output: "2"),
  ]

  private func rows(_ separator: String, lineEnd: String = "\r\n") -> String {
    [
      ["instruction", "input", "output"],
      ["\"Größe, in m; ca.\"", "\"zwei\nZeilen\"", "\"1,80 \"\"etwa\"\"\""], ["Add 1", "", "2"],
    ].map { $0.joined(separator: separator) + lineEnd }.joined()
  }

  private func imported(
    _ bytes: some Sequence<UInt8>, _ name: String = "t.csv"
  ) throws -> (drafts: [ExemplarDraft], report: ImportReport) {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(try folder.write(bytes, to: name))
    return (try pool.exemplars().map(\.draft), report)
  }

  @Test(arguments: [",", ";", "\t", "|"], ["t.csv", "t.tsv", "table"])
  func everySeparator(separator: String, name: String) throws {
    #expect(try imported(rows(separator).utf8, name).drafts == expected)
    let stated = "sep=\(separator)\r\n" + rows(separator)
    if name != "table" { #expect(try imported(stated.utf8, name).drafts == expected) }
  }

  @Test func aByteOrderMarkBeforeTheStatedSeparator() throws {
    let text = "\u{FEFF}sep=;\r\n" + rows(";")
    #expect(try imported(text.utf8).drafts == expected)
  }

  @Test(arguments: ["\n", "\r\n"]) func lineEnds(lineEnd: String) throws {
    #expect(try imported(rows(",", lineEnd: lineEnd).utf8).drafts == expected)
  }

  /// As Excel for Mac writes them.
  @Test func carriageReturnsAlone() throws {
    let text = rows(";").replacing("\r\n", with: "\r").replacing("\n", with: "\r")
    #expect(try imported(text.utf8).drafts == expected)
  }

  @Test(
    arguments: [
      String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian,
    ], [true, false])
  func otherEncodings(encoding: String.Encoding, hasMark: Bool) throws {
    // Without a mark UTF-32 is not told from anything else for certain.
    let isWide = encoding == .utf32LittleEndian || encoding == .utf32BigEndian
    if isWide, !hasMark { return }
    let text = (hasMark ? "\u{FEFF}" : "") + rows("\t") + "Smile\t\t👍\r\n"
    let data = try #require(text.data(using: encoding))
    let (drafts, report) = try imported(data, "t.txt")
    #expect(
      drafts == expected + [ExemplarDraft(instruction: "Smile", output: "👍")], "\(report)")
    // JSON and Markdown go through the same reader.
    let json = (hasMark ? "\u{FEFF}" : "") + #"{"instruction":"Add 1","output":"2"}"#
    #expect(
      try imported(#require(json.data(using: encoding)), "t.jsonl").drafts == [expected[1]])
  }

  /// Characters that two chunks of the file share.
  @Test func longFilesInUTF16() throws {
    let text = "instruction\toutput\n" + (0..<9000).map { "i\($0)\t👍\($0 % 7)é\n" }.joined()
    let data = try #require(("\u{FEFF}" + text).data(using: .utf16BigEndian))
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(
      try folder.write(data.dropLast(), to: "t.tsv"),
      options: ImportOptions(keepsNearDuplicates: true))
    #expect(report.added == 9000 && report.rejectedCount == 0)
    #expect(try pool.exemplars().last?.output == "👍\(8999 % 7)é\u{FFFD}")
  }

  /// Which of the encodings with 256 characters it is cannot be known, so it is not converted.
  @Test func anEncodingThatCannotBeConvertedIsNamed() throws {
    var bytes = Array("instruction,output\nGr".utf8) + [0xF6, 0xDF]
    bytes += Array("e,1\nok,2\n".utf8)
    let (drafts, report) = try imported(bytes)
    #expect(drafts.map(\.instruction) == ["ok"])
    #expect(report.rejected.first?.reason.contains("Windows-1252") == true)
    #expect(report.rejected.first?.reason.contains("iconv -f WINDOWS-1252 -t UTF-8") == true)
    let json = Array(#"{"instruction":"caf"#.utf8) + [0xE9] + Array(#"","output":"1"}"#.utf8)
    #expect(
      try imported(json, "t.jsonl").report.rejected.first?.reason.contains("Windows-1252") == true)
  }

  /// Lines of a field end alike, however the file's do.
  @Test(arguments: ["\n", "\r\n", "\r"]) func lineEndsWithinFields(end: String) throws {
    let text = ["instruction,output", "a,\"1", "2\"", "b,3"].joined(separator: end) + end
    let (drafts, _) = try imported(text.utf8)
    #expect(drafts.map(\.output) == ["1\n2", "3"])
    // Cells that were typed on a Macintosh.
    #expect(try imported("instruction,output\na,\"1\r2\"\n".utf8).drafts.first?.output == "1\n2")
  }

  /// Spreadsheets write empty fields beyond the table's, or leave those at the end out.
  @Test func rowsOfOtherLengths() throws {
    let text = """
      instruction;output;tags;;
      a;1;x;;
      b;2
      c;3;y;;;;;
      ;;;;
      d;4;z;;;more
      e
      """
    let (drafts, report) = try imported(text.utf8)
    #expect(drafts.map(\.instruction) == ["a", "b", "c"])
    #expect(report.rejected.map(\.line) == [6, 7])
  }

  @Test func whatDatabasesWrite() throws {
    let text = #"""
      "instruction","input","output"
      "say \"hi\" to all","\N","he said \"hi\""
      "a path",\N,"C:\\"
      "b", "x, y", "z"
      """#
    let (drafts, report) = try imported(text.utf8)
    #expect(report.rejected.isEmpty)
    #expect(
      drafts == [
        ExemplarDraft(instruction: #"say "hi" to all"#, output: #"he said "hi""#),
        ExemplarDraft(instruction: "a path", output: #"C:\"#),
        ExemplarDraft(instruction: "b", input: "x, y", output: "z"),
      ])
  }

  @Test(arguments: [
    "Question;Answer", "PROMPT;COMPLETION", "user;assistant", "input;output", "Query;Response",
    "id;Problem;note;Solution",
  ])
  func otherNamesOfColumns(header: String) throws {
    let row = header.split(separator: ";").enumerated().map {
      ["a", "b", "c", "d"][$0.offset]
    }
    let (drafts, _) = try imported((header + "\n" + row.joined(separator: ";") + "\n").utf8)
    let isWide = row.count == 4
    #expect(drafts == [ExemplarDraft(instruction: isWide ? "b" : "a", output: isWide ? "d" : "b")])
  }
}
