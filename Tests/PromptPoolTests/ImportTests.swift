import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct ImportTests {
  @Test func badLinesAreReportedAndSkipped() throws {
    let folder = try TemporaryFolder()
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    let lines = [
      #"{"instruction":"one","output":"1","unknown":{"a":[1]}}"#,  // 1
      "",  // 2
      #"{"instruction":"two","output":"2","tags":["x"],"language":"sql","input":null}"#,  // 3
      "not json",  // 4
      #"{"output":"2"}"#,  // 5
      #"{"instruction":"  ","output":"2"}"#,  // 6
      #"{"instruction":"x","output":""}"#,  // 7
      #"{"instruction":3,"output":"2"}"#,  // 8
      #"{"instruction":"x","output":"y","tags":"t"}"#,  // 9
      #"{"instruction":"x","output":"y","tags":[1]}"#,  // 10
      #"["x"]"#,  // 11
      #"{"instruction":"a\u0000b","output":"y"}"#,  // 12
      #"{"instruction":"one ","output":"1"}"#,  // 13
    ]
    bytes += lines.joined(separator: "\r\n").utf8
    bytes += Array("\n{\"instruction\":\"".utf8) + [0xFF] + Array("\",\"output\":\"x\"}\n".utf8)
    let long = String(repeating: "x", count: PromptPool.longestImportedLine)
    bytes += Array("{\"instruction\":\"\(long)\",\"output\":\"x\"}\n".utf8)
    bytes += Array(#"{"instruction":"last","output":"3"}"#.utf8)
    let file = try folder.write(bytes, to: "team.jsonl")
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(file)
    #expect(report.added == 3 && report.duplicates == 1)
    #expect(
      report.rejected.map { "\($0.line): \($0.reason)" } == [
        "4: it is not valid JSON", "5: “instruction” is missing",
        "6: “instruction” is empty", "7: “output” is empty", "8: “instruction” must be a text",
        "9: “tags” must be a list of texts", "10: “tags” must be a list of texts",
        "11: it is not a JSON object", "12: “instruction” holds a NUL character",
        "14: it is not valid UTF-8: if the file has another encoding, convert it first, as with "
          + "`iconv -f ENCODING -t UTF-8`",
        "15: the line is longer than 4 MiB",
      ])
    let exemplars = try pool.exemplars()
    #expect(exemplars.map(\.instruction) == ["one", "two", "last"])
    #expect(exemplars[1].tags == ["x"] && exemplars[1].language == "sql")
    #expect(exemplars[0].pool == "team" && exemplars[0].origin == "team.jsonl")
  }

  @Test func repeatingAnImportChangesNothing() throws {
    let folder = try TemporaryFolder()
    let text = (0..<700).map { "{\"instruction\":\"i\($0)\",\"output\":\"o\"}\n" }.joined()
    let file = try folder.write(text.utf8)
    let pool = try PromptPool.inMemory()
    #expect(try pool.importFile(file).added == 700)
    let before = try pool.exemplars()
    let again = try pool.importFile(file)
    #expect(again.added == 0 && again.duplicates == 700)
    #expect(try pool.exemplars() == before)
  }

  @Test(arguments: [true, false])
  func aCancelledImportKeepsWholeBatchesAndAStrictOneNothing(isStrict: Bool) throws {
    let folder = try TemporaryFolder()
    let text = (0..<9000).map { "{\"instruction\":\"i\($0)\",\"output\":\"o\"}\n" }.joined()
    let file = try folder.write(text.utf8)
    let pool = try PromptPool(at: folder.database)
    var seen: [Int] = []
    #expect(throws: PromptPoolError.cancelled) {
      try pool.importFile(file, options: ImportOptions(isStrict: isStrict)) { progress in
        seen.append(progress.records)
        #expect(progress.totalBytes == text.utf8.count)
        if progress.records >= 8000 { throw CancellationError() }
      }
    }
    #expect(seen == [4096, 8192])
    #expect(try pool.count() == (isStrict ? 0 : 8192))
    #expect(try pool.importFile(file).added == (isStrict ? 9000 : 808))
  }

  @Test func anExportIsSortedAndComesBackTheSame() throws {
    let pool = try PromptPool.inMemory()
    let drafts = [
      ExemplarDraft(
        instruction: "b", input: "\"\\\u{1}/", output: "é\n", tags: ["t"], language: "c"),
      ExemplarDraft(instruction: "a", output: "👍"),
    ]
    for draft in drafts { try pool.add(draft, pool: "p") }
    var lines: [String] = []
    try pool.exportJSONL { lines.append($0) }
    #expect(lines.first == #"{"instruction":"a","output":"👍"}"#)
    let folder = try TemporaryFolder()
    let other = try PromptPool.inMemory()
    let file = try folder.write(lines.joined(separator: "\n").utf8)
    #expect(try other.importFile(file, pool: "p").added == 2)
    var again: [String] = []
    try other.exportJSONL(pool: "p") { again.append($0) }
    #expect(again == lines)
    #expect(try other.exemplars()[1].input == drafts[0].input)
  }

  @Test func aMissingFileAndAFolderAreNamed() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    for url in [folder.url, folder.url.appending(path: "none.jsonl")] {
      let error = #expect(throws: PromptPoolError.self) { try pool.importFile(url) }
      #expect(error?.description.contains(url.path) == true)
    }
  }
}
