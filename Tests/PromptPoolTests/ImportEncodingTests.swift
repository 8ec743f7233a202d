import Foundation
import PromptPool
import TestSupport
import Testing

/// Files in encodings from before UTF-8: they are named and not converted.
@Suite struct ImportEncodingTests {
  private func failure(_ bytes: [UInt8], _ name: String) throws -> String {
    let folder = try TemporaryFolder()
    do {
      let report = try PromptPool.inMemory().importFile(try folder.write(bytes, to: name))
      return report.rejected.map(\.reason).joined(separator: "\n")
    } catch let error as PromptPoolError {
      return error.description
    }
  }

  /// Bytes from `iconv`, since Foundation does not have all encodings everywhere.
  private static func bytes(_ hex: String) -> [UInt8] {
    hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  static let words: [(encoding: String, label: String, hex: String)] = [
    // こんにちは、世界
    (
      "Shift-JIS", "SHIFT_JIS",
      "82 b1 82 f1 82 c9 82 bf 82 cd 81 41 90 a2 8a 45"
    ),
    ("EUC-JP", "EUC-JP", "a4 b3 a4 f3 a4 cb a4 c1 a4 cf a1 a2 c0 a4 b3 a6"),
    // 如何计算数组的最大值
    ("GBK", "GB18030", "c8 e7 ba ce bc c6 cb e3 ca fd d7 e9 b5 c4 d7 ee b4 f3 d6 b5"),
    // 如何計算陣列的最大值
    ("Big5", "BIG5", "a6 70 a6 f3 ad 70 ba e2 b0 7d a6 43 aa ba b3 cc a4 6a ad c8"),
    // 안녕하세요 세계
    ("EUC-KR", "EUC-KR", "be c8 b3 e7 c7 cf bc bc bf e4 20 bc bc b0 e8 bc bc b0 e8"),
    // Привет, мир
    ("Windows-1251", "WINDOWS-1251", "cf f0 e8 e2 e5 f2 2c 20 ec e8 f0"),
    ("KOI8-R", "KOI8-R", "f0 d2 c9 d7 c5 d4 2c 20 cd c9 d2"),
    ("CP866", "CP866", "8f e0 a8 a2 a5 e2 2c 20 ac a8 e0"),
    // Größe, für
    ("Windows-1252", "WINDOWS-1252", "47 72 f6 df 65 2c 20 66 fc 72"),
    ("CP437", "CP850", "47 72 94 e1 65 2c 20 66 81 72"),
    ("Mac Roman", "MACINTOSH", "47 72 9a a7 65 2c 20 66 9f 72"),
  ]

  @Test(arguments: words) func encodingsAreNamed(
    encoding: String, label: String, hex: String
  ) throws {
    let word = Self.bytes(hex)
    let files: [(name: String, before: String, after: String)] = [
      ("a.jsonl", #"{"instruction":"a","output":""#, "\"}\n"),
      ("a.json", #"[{"instruction":"a","output":""#, "\"}]"),
      ("a.csv", "instruction,output\na,\"", "\"\n"),
      ("a.md", "### Instruction\na\n### Response\n", "\n"),
    ]
    for (name, before, after) in files {
      let reason = try failure(Array(before.utf8) + word + Array(after.utf8), name)
      #expect(reason.contains("probably") && reason.contains(encoding), "\(name): \(reason)")
      #expect(reason.contains("iconv -f \(label) -t UTF-8"), "\(name): \(reason)")
    }
  }

  /// 表 ends with a backslash in Shift-JIS, and so spoils the text's end.
  @Test func aBackslashWithinACharacterIsNoFaultOfTheJSON() throws {
    let word = Self.bytes("82 b1 82 cc 95 5c")
    let reason = try failure(
      Array(#"{"instruction":"a","output":""#.utf8) + word + Array("\"}\n".utf8), "a.jsonl")
    #expect(reason.contains("Shift-JIS"))
  }

  @Test func whatIsUnknownSaysHowToConvert() throws {
    let reason = try failure(
      Array(#"{"instruction":"a","output":"é ü "#.utf8) + [0xFF] + Array("\"}\n".utf8), "a.jsonl")
    #expect(!reason.contains("probably") && reason.contains("iconv -f ENCODING -t UTF-8"))
  }

  /// One damaged character among others is no other encoding.
  @Test func damageIsNoOtherEncoding() throws {
    let text = Array(#"{"instruction":"こんにちは","output":"世界"#.utf8)
    let reason = try failure(text + [0x82, 0xB1] + Array("\"}\n".utf8), "a.jsonl")
    #expect(reason.contains("not valid UTF-8") && !reason.contains("probably"))
  }

  @Test(arguments: [
    ("\u{1B}$BF|K\\\u{1B}(B", "ISO-2022-JP"), ("\u{1B}$@F|K\\\u{1B}(J", "ISO-2022-JP"),
    ("\u{1B}$)C\u{0E}HQ1[\u{0F}", "ISO-2022-KR"), ("\u{1B}$)A\u{0E}VPND\u{0F}", "ISO-2022-CN"),
  ])
  func escapeSequencesAreRefused(word: String, encoding: String) throws {
    for (text, name) in [
      ("instruction,output\na,\(word)\n", "a.csv"),
      ("### Instruction\na\n### Response\n\(word)", "a.md"),
      (#"{"instruction":"a","output":"\#(word)"}"#, "a.jsonl"),
    ] {
      let reason = try failure(Array(text.utf8), name)
      #expect(reason.contains("is in \(encoding)") && reason.contains("iconv -f \(encoding)"))
    }
  }

  /// Colours of a terminal are text.
  @Test func otherEscapesAreText() throws {
    let text = "instruction,output\na,\u{1B}[31mred\u{1B}[0m\n"
    #expect(try failure(Array(text.utf8), "a.csv").isEmpty)
  }
}
