/// Files that hold no exemplars in any form that is read, known by their first bytes.
///
/// Source: the formats' own documentation of their signatures.
struct ForeignFile {
  let what: String
  let advice: String

  private init(_ what: String, _ advice: String) {
    self.what = what
    self.advice = advice
  }

  private static let exportFirst = "write its rows as JSON lines or CSV first"
  private static let unpackFirst = "unpack it first"

  private static let signatures: [(bytes: [UInt8], file: ForeignFile)] = [
    (Array("PAR1".utf8), ForeignFile("a Parquet file", exportFirst)),
    (Array("ARROW1".utf8), ForeignFile("an Arrow file", exportFirst)),
    (Array("Obj\u{1}".utf8), ForeignFile("an Avro file", exportFirst)),
    (Array("ORC".utf8), ForeignFile("an ORC file", exportFirst)),
    ([0x89] + Array("HDF".utf8), ForeignFile("an HDF5 file", exportFirst)),
    (Array("SQLite format 3\0".utf8), ForeignFile("an SQLite database", exportFirst)),
    (Array("PK\u{3}\u{4}".utf8), ForeignFile("a ZIP archive", unpackFirst)),
    ([0x1F, 0x8B], ForeignFile("a gzip file", unpackFirst)),
    ([0x28, 0xB5, 0x2F, 0xFD], ForeignFile("a Zstandard file", unpackFirst)),
    ([0xFD] + Array("7zXZ".utf8), ForeignFile("an XZ file", unpackFirst)),
    (Array("BZh".utf8), ForeignFile("a bzip2 file", unpackFirst)),
    (
      [0xD0, 0xCF, 0x11, 0xE0],
      ForeignFile("an old Office document", "save the table as CSV in UTF-8 first")
    ),
    (Array("%PDF".utf8), ForeignFile("a PDF document", "copy its text into a file first")),
    (Array("{\\rtf".utf8), ForeignFile("an RTF document", "save it as plain text first")),
    (Array("GGUF".utf8), ForeignFile("a GGUF model", "name a file of exemplars")),
    (
      Array("version https://git-lfs".utf8),
      ForeignFile("a pointer of Git LFS", "run `git lfs pull` first")
    ),
  ]

  /// Files of settings, of which some begin as JSON does.
  private static let settings = [
    "toml": "a TOML file", "yaml": "a YAML file", "yml": "a YAML file", "ini": "an INI file",
  ]

  /// `[section]`, which no list of JSON is.
  private static func isSettings(_ start: some Collection<UInt8>) -> Bool {
    let line = start.prefix(200).drop { $0 <= 0x20 }.prefix { $0 != 0x0A && $0 != 0x0D }
    let title = line.drop { $0 == UInt8(ascii: "[") }
      .prefix { $0.isLetter || $0.isDigit || "_-. \"".utf8.contains($0) }
    let rest = line.dropFirst(line.prefix { $0 == UInt8(ascii: "[") }.count + title.count)
    guard line.first == UInt8(ascii: "["), let first = title.first, first.isLetter else {
      return false
    }
    let word = String(decoding: title, as: UTF8.self)
    return !["true", "false", "null"].contains(word) && !rest.isEmpty
      && rest.allSatisfy { $0 == UInt8(ascii: "]") || $0.isBlank }
  }

  /// How the sets of ISO 2022 are named: an escape, `$` or `(`, and the sign of a set.
  private static let escapes: [(signs: String, encoding: String)] = [
    ("$B", "ISO-2022-JP"), ("$@", "ISO-2022-JP"), ("$(D", "ISO-2022-JP"), ("(J", "ISO-2022-JP"),
    ("(I", "ISO-2022-JP"), ("$)C", "ISO-2022-KR"), ("$)A", "ISO-2022-CN"), ("$)G", "ISO-2022-CN"),
    ("$A", "ISO-2022-CN"),
  ]

  /// A text in an encoding whose characters may hold the bytes of quotation marks and brackets.
  static func encoded(_ start: some Collection<UInt8>) -> ForeignFile? {
    let bytes = Array(start)
    for index in bytes.indices where bytes[index] == 0x1B {
      let rest = bytes[(index + 1)...]
      guard let found = escapes.first(where: { rest.starts(with: $0.signs.utf8) }) else { continue }
      return ForeignFile("in \(found.encoding)", TextEncoding.advice(found.encoding))
    }
    // Fewer may be damage.
    guard bytes.count(where: { $0 >= 0x80 }) >= 16,
      String(validating: bytes, as: UTF8.self) == nil,
      let legacy = LegacyEncoding.guess(bytes), legacy.isMultibyte
    else { return nil }
    return ForeignFile("probably in \(legacy.name)", TextEncoding.advice(legacy.label))
  }

  /// The kind of a file; nil for one that may hold exemplars.
  static func recognise(name: String, start: some Collection<UInt8>) -> ForeignFile? {
    if let found = signatures.first(where: { start.starts(with: $0.bytes) }) {
      let `extension` = name.split(separator: ".").last?.lowercased() ?? ""
      if found.file.what == "a ZIP archive", ["xlsx", "ods", "numbers"].contains(`extension`) {
        return ForeignFile("a spreadsheet", "save the table as CSV in UTF-8 first")
      }
      // Pickled objects of Python, numbered protocols from 2 on.
      return found.file
    }
    if let first = start.first, first == 0x80, let second = start.dropFirst().first,
      (2...5).contains(second)
    {
      return ForeignFile("a pickled Python object", exportFirst)
    }
    let text = String(decoding: start.prefix(256), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace }
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return ForeignFile(
        "a web page", "the download may have failed; fetch the file itself, not its page")
    }
    if text.hasPrefix("<?xml") { return ForeignFile("an XML document", exportFirst) }
    let ending = name.split(separator: ".").last?.lowercased() ?? ""
    if let what = settings[ending], text.first != "{" { return ForeignFile(what, exportFirst) }
    // In Markdown it may be a table of contents: `[TOC]`.
    if isSettings(start), !["md", "markdown", "csv", "tsv", "tab"].contains(ending) {
      return ForeignFile("a file of settings, such as TOML", exportFirst)
    }
    return encoded(start)
  }
}
