internal import Foundation
internal import GRDB

extension Exemplar {
  static let columns = """
    id, instruction, input, output, tags, language, origin, pool, contentHash, version, createdAt, \
    updatedAt, retiredAt, isPinned, isMuted
    """

  init(_ row: Row) throws {
    self.init(
      id: row["id"], instruction: row["instruction"], input: row["input"], output: row["output"],
      tags: decodeTags(row["tags"]), language: row["language"], origin: row["origin"],
      pool: row["pool"], contentHash: row["contentHash"],
      createdAt: Date(timeIntervalSince1970: row["createdAt"]),
      updatedAt: Date(timeIntervalSince1970: row["updatedAt"]), version: row["version"],
      retiredAt: (row["retiredAt"] as Double?).map(Date.init(timeIntervalSince1970:)),
      isPinned: row["isPinned"], isMuted: row["isMuted"])
  }
}

func encodeTags(_ tags: [String]) -> String {
  tags.isEmpty ? "[]" : "[" + tags.map(jsonString).joined(separator: ",") + "]"
}

func decodeTags(_ text: String) -> [String] {
  if text == "[]" { return [] }
  if let plain = plainTags(text) { return plain }
  return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
}

/// The strings of an array as ``encodeTags(_:)`` writes one, where nothing is escaped; nil for
/// another text. Foundation's decoder takes longer than all else that is read of a row.
private func plainTags(_ text: String) -> [String]? {
  let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
  let bytes = Array(text.utf8)
  guard bytes.count >= 4, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]"),
    !bytes.contains(UInt8(ascii: "\\"))
  else { return nil }
  var tags: [String] = []
  var place = 1
  while place < bytes.count - 1 {
    guard bytes[place] == quote,
      let end = bytes[(place + 1)...].firstIndex(of: quote),
      bytes[end + 1] == comma || end + 1 == bytes.count - 1
    else { return nil }
    tags.append(String(decoding: bytes[place + 1..<end], as: UTF8.self))
    place = end + 2
  }
  return tags
}

/// A JSON string literal; non-ASCII text stays readable.
func jsonString(_ text: String) -> String {
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count + 2)
  result.append(UInt8(ascii: "\""))
  // All escaped characters are one byte long.
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""): result += Array("\\\"".utf8)
    case UInt8(ascii: "\\"): result += Array("\\\\".utf8)
    case UInt8(ascii: "\n"): result += Array("\\n".utf8)
    case UInt8(ascii: "\r"): result += Array("\\r".utf8)
    case UInt8(ascii: "\t"): result += Array("\\t".utf8)
    case ..<0x20:
      result += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
    default: result.append(byte)
    }
  }
  result.append(UInt8(ascii: "\""))
  return String(decoding: result, as: UTF8.self)
}
