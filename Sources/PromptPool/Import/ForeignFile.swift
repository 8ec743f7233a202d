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
    return nil
  }
}
