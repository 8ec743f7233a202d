/// Which column of a table holds what.
struct TableColumns {
  let instruction, output: Int
  let input, tags, language: Int?
  let count: Int

  /// Nil unless there is an instruction and an output.
  init?(_ names: [String]) {
    let names = names.map { $0.trimmingBlanks.lowercased() }
    func column(_ candidates: [String]) -> Int? {
      candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    guard let instruction = column(["instruction", "prompt", "question"]),
      let output = column(["output", "response", "answer", "completion"])
    else { return nil }
    self.instruction = instruction
    self.output = output
    input = column(["input", "context"])
    tags = column(["tags", "category"])
    language = column(["language"])
    count = names.count
  }

  func draft(_ fields: [String]) -> ExemplarDraft {
    let tags = tags.map { fields[$0].split(whereSeparator: { $0 == "," || $0 == ";" }) } ?? []
    let language = language.map { fields[$0].trimmingBlanks } ?? ""
    return ExemplarDraft(
      instruction: fields[instruction], input: input.map { fields[$0] } ?? "",
      output: fields[output], tags: tags.map { String($0).trimmingBlanks }.filter { !$0.isEmpty },
      language: language.isEmpty ? nil : language)
  }
}

extension String {
  var trimmingBlanks: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

/// Rows of a CSV or TSV table; fields in quotation marks may hold line ends (RFC 4180).
struct TableReader: RecordReader {
  private let source: ByteReader
  private let separator: UInt8
  private var line = 1
  private var columns: TableColumns?
  private var isDone = false

  init(_ source: ByteReader, separator: UInt8) {
    self.source = source
    self.separator = separator
  }

  mutating func next() throws -> RawRecord? {
    while !isDone {
      let start = line
      guard let row = try row() else { return nil }
      switch row {
      case .bad(let reason): return RawRecord(line: start, content: .bad(reason))
      case .fields(let fields):
        if fields == [""] { continue }
        guard let columns else {
          columns = TableColumns(fields)
          if columns != nil { continue }
          isDone = true
          let reason = "the first line has to name the columns instruction and output"
          return RawRecord(line: start, content: .bad(reason))
        }
        guard fields.count == columns.count else {
          let reason = "it has \(fields.count) fields, and the table \(columns.count) columns"
          return RawRecord(line: start, content: .bad(reason))
        }
        return RawRecord(line: start, content: .draft(columns.draft(fields)))
      }
    }
    return nil
  }

  private enum Row { case fields([String]), bad(String) }

  private mutating func row() throws -> Row? {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    var wasQuoted = false
    var length = 0
    var isAnything = false
    while let byte = try source.next() {
      isAnything = true
      length += 1
      if byte == 0x0A { line += 1 }
      if length > longestRecord {
        while byte != 0x0A, let skipped = try source.next(), skipped != 0x0A {}
        if byte != 0x0A { line += 1 }
        return .bad(isQuoted ? "a quotation mark is not closed" : "the row \(tooLong)")
      }
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          fields[fields.count - 1].append(byte)
          continue
        }
        if try source.peek() == UInt8(ascii: "\"") {
          _ = try source.next()
          fields[fields.count - 1].append(byte)
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\""), fields[fields.count - 1].isEmpty, !wasQuoted {
        isQuoted = true
        wasQuoted = true
      } else if byte == separator {
        fields.append([])
        wasQuoted = false
      } else if byte == 0x0A {
        break
      } else {
        fields[fields.count - 1].append(byte)
      }
    }
    guard isAnything else { return nil }
    if isQuoted { return .bad("a quotation mark is not closed") }
    if fields[fields.count - 1].last == 0x0D { fields[fields.count - 1].removeLast() }
    let texts = fields.compactMap { String(validating: $0, as: UTF8.self) }
    return texts.count == fields.count ? .fields(texts) : .bad("it is not valid UTF-8")
  }
}
