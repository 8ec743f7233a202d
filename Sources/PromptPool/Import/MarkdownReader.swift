/// Exemplars as Markdown sections: `### Instruction`, `### Input` (may be left out), `###
/// Response`, at any level of headings.
///
/// Headings within fenced code are text, and so are those of other levels than the file's first.
/// Other text before the first heading, and a rule (`---`) between two exemplars, are left out.
struct MarkdownReader: RecordReader {
  enum Section: CaseIterable { case instruction, input, output }

  struct Heading {
    let section: Section
    let level: Int
  }

  private var lines: LineReader
  private var number = 0
  /// The line with the heading of the next record, when it was read already.
  private var pendingStart: Int?
  private var isDone = false
  /// Of the first heading of each kind; the others of its kind have the same.
  private var instructionLevel: Int?
  private var partLevel: Int?
  /// The first other headings.
  private var otherHeadings: [String] = []

  init(_ source: ByteReader) { lines = LineReader(source, maximumLength: longestRecord) }

  var whyNothing: String {
    let rule = "it has no heading `### Instruction` with a heading `### Response` below"
    if otherHeadings.isEmpty { return number == 0 ? "it is empty" : rule }
    return rule + "; its headings are "
      + otherHeadings.map { "“\($0)”" }.joined(separator: ", ")
  }

  /// The section that a line opens; nil for other lines.
  static func heading(of line: [UInt8]) -> Heading? {
    guard line.first == UInt8(ascii: "#"), line.count < 64 else { return nil }
    let level = line.prefix { $0 == UInt8(ascii: "#") }.count
    let title = String(decoding: line.dropFirst(level), as: UTF8.self)
      .trimmingBlanks.lowercased()
    let section: Section
    switch title.hasSuffix(":") ? title.dropLast() : title[...] {
    case "instruction", "prompt": section = .instruction
    case "input", "context": section = .input
    case "response", "output", "answer", "completion": section = .output
    default: return nil
    }
    return Heading(section: section, level: level)
  }

  /// The section that a line opens here, with the levels that this file's headings have.
  private mutating func section(of line: [UInt8]) -> Section? {
    guard let heading = Self.heading(of: line) else {
      if line.first == UInt8(ascii: "#"), otherHeadings.count < 4 {
        let title = String(
          decoding: line.prefix(48).drop { $0 == UInt8(ascii: "#") }, as: UTF8.self)
        otherHeadings.append(title.trimmingBlanks)
      }
      return nil
    }
    if heading.section == .instruction {
      instructionLevel = instructionLevel ?? heading.level
      return heading.level == instructionLevel ? .instruction : nil
    }
    guard let instructionLevel, heading.level >= instructionLevel else { return nil }
    partLevel = partLevel ?? heading.level
    return heading.level == partLevel ? heading.section : nil
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
      if fence == nil, let opened = self.section(of: bytes) {
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
        problem = TextEncoding.problem(with: bytes)
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
