/// Exemplars as Markdown sections: `### Instruction`, `### Input` (may be left out), `###
/// Response`, at any level of headings, also with signs behind (`### Input ###`), and with a line
/// of `=` or `-` below.
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
  /// The line after the last one, when it was looked at already.
  private var upcoming: LineReader.Line?
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
    let hash = UInt8(ascii: "#")
    // Four blanks make code.
    let indent = line.prefix { $0 == 0x20 }.count
    guard line.count < 64, indent < 4 else { return nil }
    let level = line.dropFirst(indent).prefix { $0 == hash }.count
    guard level > 0 else { return nil }
    var title = line.dropFirst(indent + level)
    while let last = title.last, last <= 0x20 { title.removeLast() }
    let text = title.reversed().drop { $0 == hash }.reversed()
    // Signs that end a heading stand behind a blank.
    if text.count < title.count, text.last == 0x20 { title = ArraySlice(text) }
    return section(titled: title).map { Heading(section: $0, level: level) }
  }

  private static func section(titled title: ArraySlice<UInt8>) -> Section? {
    let title = String(decoding: title, as: UTF8.self).trimmingBlanks.lowercased()
    switch title.hasSuffix(":") ? title.dropLast() : title[...] {
    case "instruction", "prompt": return .instruction
    case "input", "context": return .input
    case "response", "output", "answer", "completion": return .output
    default: return nil
    }
  }

  /// The heading that a line and the signs of the next one make: level 1 with `=`, 2 with `-`.
  static func heading(of line: [UInt8], underlinedBy next: [UInt8]) -> Heading? {
    let signs = String(decoding: next.prefix(200), as: UTF8.self).trimmingBlanks
    guard line.count < 64, line.first != 0x09, line.prefix(while: { $0 == 0x20 }).count < 4,
      let sign = signs.first, sign == "=" || sign == "-", signs.allSatisfy({ $0 == sign }),
      let section = section(titled: line[...])
    else { return nil }
    return Heading(section: section, level: sign == "=" ? 1 : 2)
  }

  /// The section that a line opens here, with the levels that this file's headings have.
  private mutating func section(of line: [UInt8]) throws -> Section? {
    let own = Self.heading(of: line)
    guard let heading = try own ?? underlined(line) else {
      if line.first == UInt8(ascii: "#"), otherHeadings.count < 4 {
        let title = String(
          decoding: line.prefix(48).drop { $0 == UInt8(ascii: "#") }, as: UTF8.self)
        otherHeadings.append(title.trimmingBlanks)
      }
      return nil
    }
    guard accepts(heading) else { return nil }
    if own == nil {
      upcoming = nil
      number += 1
    }
    return heading.section
  }

  private mutating func accepts(_ heading: Heading) -> Bool {
    if heading.section == .instruction {
      instructionLevel = instructionLevel ?? heading.level
      return heading.level == instructionLevel
    }
    guard let instructionLevel, heading.level >= instructionLevel else { return false }
    partLevel = partLevel ?? heading.level
    return heading.level == partLevel
  }

  private mutating func nextLine() throws -> LineReader.Line? {
    try upcoming.take() ?? lines.next()
  }

  /// The heading that a line makes with the next one.
  private mutating func underlined(_ line: [UInt8]) throws -> Heading? {
    guard line.count < 64, Self.section(titled: line[...]) != nil else { return nil }
    upcoming = try nextLine()
    guard case .bytes(let next) = upcoming else { return nil }
    return Self.heading(of: line, underlinedBy: next)
  }

  mutating func next() throws -> RawRecord? {
    if isDone { return nil }
    var start = pendingStart
    pendingStart = nil
    var texts: [Section: [String]] = start == nil ? [:] : [.instruction: []]
    var section: Section? = start == nil ? nil : .instruction
    var fence: (mark: String, line: Int)?
    var problem: String?
    while let line = try nextLine() {
      number += 1
      let first = number
      let bytes: [UInt8]
      switch line {
      case .blank: bytes = []
      case .tooLong:
        problem = "line \(number) \(tooLong)"
        continue
      case .bytes(let found): bytes = found
      }
      if fence == nil, let opened = try self.section(of: bytes) {
        if opened == .instruction, start != nil {
          pendingStart = first
          break
        }
        if start == nil { start = first }
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
