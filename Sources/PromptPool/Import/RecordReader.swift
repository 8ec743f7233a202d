/// One record of a file, before anything is checked.
struct RawRecord {
  enum Content {
    /// A JSON value's text.
    case json([UInt8])
    case draft(ExemplarDraft)
    /// What is wrong with it.
    case bad(String)
  }

  /// Where it begins, counted from 1.
  let line: Int
  let content: Content
}

/// Splits a file into records with bounded memory.
protocol RecordReader {
  /// The next record; nil at the end.
  mutating func next() throws -> RawRecord?
  /// Why a file has no records at all, asked for at its end: “it is empty”.
  var whyNothing: String { get }
}

/// Longer records are refused.
let longestRecord = PromptPool.longestImportedLine
let tooLong = "is longer than \(longestRecord / 1_048_576) MiB"

/// JSON values, one a line. A comma after a value, as in the lines of an array, is left out, and so
/// is the mark before one in a sequence (RFC 7464).
struct JSONLinesReader: RecordReader {
  private var lines: LineReader
  private var number = 0

  init(_ source: ByteReader) { lines = LineReader(source, maximumLength: longestRecord) }

  let whyNothing = "it is empty"

  mutating func next() throws -> RawRecord? {
    while let line = try lines.next() {
      number += 1
      switch line {
      case .blank: continue
      case .tooLong: return RawRecord(line: number, content: .bad("the line \(tooLong)"))
      case .bytes(let bytes):
        let value = bytes.first == 0x1E ? Array(bytes.dropFirst()) : bytes
        return RawRecord(line: number, content: .json(withoutComma(value)))
      }
    }
    return nil
  }

  private func withoutComma(_ line: [UInt8]) -> [UInt8] {
    guard let last = line.lastIndex(where: { $0 > 0x20 }), line[last] == UInt8(ascii: ","),
      line[..<last].last(where: { $0 > 0x20 }) == UInt8(ascii: "}")
    else { return line }
    return Array(line[..<last])
  }
}
