/// Splits a row into its fields, byte by byte; those in quotation marks may hold line ends
/// (RFC 4180).
struct RowSplitter {
  let separator: UInt8
  private var fields: [[UInt8]] = [[]]
  private(set) var isQuoted = false
  /// The field that is being read was in quotation marks.
  private var wasQuoted = false
  private var skipsNext = false
  /// A backslash stands before a quotation mark within a field, as MySQL writes it, where RFC 4180
  /// doubles the mark. It is known once a mark after a backslash cannot be the end of a field.
  private(set) var hasBackslashes: Bool
  private let quote = UInt8(ascii: "\"")
  private let backslash = UInt8(ascii: "\\")

  init(separator: UInt8, hasBackslashes: Bool = false) {
    self.separator = separator
    self.hasBackslashes = hasBackslashes
  }

  /// - Parameter next: the byte after it; nil at the end.
  /// - Returns: whether the row ends here.
  @discardableResult
  mutating func take(_ byte: UInt8, next: UInt8?) -> Bool {
    if skipsNext {
      skipsNext = false
      return false
    }
    let last = fields.count - 1
    if isQuoted {
      takeQuoted(byte, next: next, last)
    } else if byte == quote, !wasQuoted, fields[last].allSatisfy({ $0 == 0x20 }) {
      // Blanks before a quotation mark are no part of the field.
      fields[last] = []
      (isQuoted, wasQuoted) = (true, true)
    } else if byte == separator {
      fields.append([])
      wasQuoted = false
    } else if byte == 0x0A {
      return true
    } else if !(wasQuoted && byte == 0x20) {
      fields[last].append(byte)
    }
    return false
  }

  private mutating func takeQuoted(_ byte: UInt8, next: UInt8?, _ last: Int) {
    if hasBackslashes, byte == backslash, next == quote || next == backslash {
      fields[last].append(next == quote ? quote : backslash)
      skipsNext = true
      return
    }
    // The line ends of a field become those of other texts.
    if byte == 0x0D {
      if next != 0x0A { fields[last].append(0x0A) }
      return
    }
    guard byte == quote else { return fields[last].append(byte) }
    let ends = next.map { [separator, 0x0A, 0x0D].contains($0) } ?? true
    if next == quote {
      fields[last].append(byte)
      skipsNext = true
    } else if fields[last].last == backslash, !ends {
      hasBackslashes = true
      fields[last][fields[last].count - 1] = byte
    } else {
      isQuoted = false
    }
  }

  /// The fields; nil when one is not UTF-8.
  var texts: [String]? {
    var fields = fields
    if fields[fields.count - 1].last == 0x0D { fields[fields.count - 1].removeLast() }
    let texts = fields.compactMap { String(validating: $0, as: UTF8.self) }
    return texts.count == fields.count ? texts : nil
  }

  var encodingProblem: String { TextEncoding.problem(with: fields.joined()) }
}

/// Rows of a CSV or TSV table.
struct TableReader: RecordReader {
  private let source: ByteReader
  private let dialect: TableDialect
  private var line = 1
  private var columns: TableColumns?
  private var linesBefore: Int
  private var hasBackslashes = false
  private var isDone = false

  init(_ source: ByteReader, _ dialect: TableDialect) {
    self.source = source
    self.dialect = dialect
    linesBefore = dialect.linesBefore
  }

  var whyNothing: String {
    columns == nil ? "it is empty" : "it names its columns and has no rows"
  }

  mutating func next() throws -> RawRecord? {
    while !isDone {
      let start = line
      guard let row = try row() else { return nil }
      if linesBefore > 0 {
        linesBefore -= 1
        continue
      }
      switch row {
      case .bad(let reason): return RawRecord(line: start, content: .bad(reason))
      case .fields(let fields):
        if fields.allSatisfy(\.isEmpty) { continue }
        guard let columns else {
          columns = TableColumns(fields)
          if columns != nil { continue }
          isDone = true
          let reason = "the first line has to name the columns instruction and output"
          return RawRecord(line: start, content: .bad(reason))
        }
        if let problem = columns.problem(with: fields) {
          return RawRecord(line: start, content: .bad(problem))
        }
        return RawRecord(line: start, content: .draft(columns.draft(fields)))
      }
    }
    return nil
  }

  private enum Row { case fields([String]), bad(String) }

  private mutating func row() throws -> Row? {
    var splitter = RowSplitter(separator: dialect.separator, hasBackslashes: hasBackslashes)
    defer { hasBackslashes = splitter.hasBackslashes }
    var length = 0
    while let byte = try source.next() {
      length += 1
      if byte == 0x0A { line += 1 }
      if length > longestRecord {
        while byte != 0x0A, let skipped = try source.next(), skipped != 0x0A {}
        if byte != 0x0A { line += 1 }
        return .bad(splitter.isQuoted ? "a quotation mark is not closed" : "the row \(tooLong)")
      }
      if splitter.take(byte, next: try source.peek()) { break }
    }
    guard length > 0 else { return nil }
    if splitter.isQuoted { return .bad("a quotation mark is not closed") }
    return splitter.texts.map(Row.fields) ?? .bad(splitter.encodingProblem)
  }
}
