/// How a table's fields are told apart.
struct TableDialect: Equatable {
  let separator: UInt8
  /// Lines before the one that names the columns: Excel's `sep=;`.
  var linesBefore = 0

  /// What Excel, LibreOffice and databases put between fields.
  private static let separators = [
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
  ]

  /// The dialect of a file whose first line names the columns; nil when it does not, with any
  /// separator.
  init?(_ start: ArraySlice<UInt8>) {
    var rows = start[...]
    if let separator = Self.statedSeparator(start) {
      self.separator = separator
      linesBefore = 1
      return
    }
    rows = rows.drop { $0 == 0x0A || $0 == 0x0D }
    let header = Self.firstRow(of: rows)
    let found = Self.separators.first { separator in
      var splitter = RowSplitter(separator: separator)
      for byte in header { splitter.take(byte, next: nil) }
      return TableColumns(splitter.texts ?? []) != nil
    }
    guard let found else { return nil }
    separator = found
  }

  init(separator: UInt8) { self.separator = separator }

  /// The first line `sep=;` that Excel reads and writes.
  private static func statedSeparator(_ start: ArraySlice<UInt8>) -> UInt8? {
    let line = start.prefix { $0 != 0x0A && $0 != 0x0D }
      .filter { $0 != UInt8(ascii: "\"") }
    guard line.count == 5,
      String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    return line.last
  }

  /// Up to the first line end outside quotation marks.
  private static func firstRow(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var isQuoted = false
    return bytes.prefix { byte in
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      return isQuoted || byte != 0x0A && byte != 0x0D
    }
  }
}
