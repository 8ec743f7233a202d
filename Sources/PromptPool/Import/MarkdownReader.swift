/// Exemplars as Markdown sections: `### Instruction`, `### Input` (may be left out), `###
/// Response`.
///
/// Headings within fenced code are text. Other text before the first heading, and a rule (`---`)
/// between two exemplars, are left out.
struct MarkdownReader: RecordReader {
  enum Section { case instruction, input, output }

  private var lines: LineReader
  private var number = 0
  /// The line with the heading of the next record, when it was read already.
  private var pendingStart: Int?
  private var isDone = false

  init(_ source: ByteReader) { lines = LineReader(source, maximumLength: longestRecord) }

  /// The section that a line opens; nil for other lines.
  static func section(of line: [UInt8]) -> Section? {
    guard line.starts(with: Array("###".utf8)), line.count < 64 else { return nil }
    let title = String(decoding: line.dropFirst(3), as: UTF8.self)
      .trimmingBlanks.lowercased().drop { $0 == "#" }
    switch title.hasSuffix(":") ? title.dropLast() : title {
    case "instruction": return .instruction
    case "input": return .input
    case "response", "output": return .output
    default: return nil
    }
  }

  mutating func next() throws -> RawRecord? {
    if isDone { return nil }
    var start = pendingStart
    pendingStart = nil
    var texts: [Section: [String]] = start == nil ? [:] : [.instruction: []]
    var section: Section? = start == nil ? nil : .instruction
    var fence: (mark: String, line: Int)?
    var problem: String?
    while let line = try lines.next() {
      number += 1
      let bytes: [UInt8]
      switch line {
      case .blank: bytes = []
      case .tooLong:
        problem = "line \(number) \(tooLong)"
        continue
      case .bytes(let found): bytes = found
      }
      if fence == nil, let opened = Self.section(of: bytes) {
        if opened == .instruction, start != nil {
          pendingStart = number
          break
        }
        if start == nil { start = number }
        section = opened
        texts[opened] = texts[opened] ?? []
        continue
      }
      guard let section else { continue }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        problem = "it is not valid UTF-8"
        continue
      }
      let mark = text.drop { $0 == " " }.prefix { $0 == "`" || $0 == "~" }
      if let open = fence {
        if mark.hasPrefix(open.mark), text.trimmingBlanks.count == mark.count { fence = nil }
      } else if mark.count >= 3 {
        fence = (String(mark), number)
      }
      texts[section]?.append(text)
    }
    if pendingStart == nil { isDone = true }
    guard let start else { return nil }
    if let fence { problem = "the code fence of line \(fence.line) is not closed" }
    if let problem { return RawRecord(line: start, content: .bad(problem)) }
    return RawRecord(line: start, content: .draft(draft(texts)))
  }

  private func draft(_ texts: [Section: [String]]) -> ExemplarDraft {
    func text(_ section: Section) -> String {
      var lines = (texts[section] ?? [])[...]
      while let last = lines.last, last.isEmpty || last == "---" { lines.removeLast() }
      while lines.first?.isEmpty == true { lines.removeFirst() }
      return lines.joined(separator: "\n")
    }
    return ExemplarDraft(
      instruction: text(.instruction), input: text(.input), output: text(.output))
  }
}
