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
  return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
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
