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
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
