import Foundation

/// The tables that a file of SQL speaks of, read off `CREATE TABLE`, and off comments such as
/// `-- books(id, title)`. Pure.
package struct TableSchema: Sendable, Equatable {
  /// Columns by table, all in lower case.
  package private(set) var tables: [String: [String]] = [:]

  package var columns: Set<String> { Set(tables.values.joined()) }

  /// - Parameter text: a file, or a part of one.
  package init(in text: String) {
    let plain = text.lines.map { line in
      let trimmed = line.trimmed
      // A whole comment may list columns; one behind a column is about that.
      return trimmed.hasPrefix("--")
        ? trimmed.drop { $0 == "-" }.trimmed : trimmed.replacing(#/--.*$/#, with: "")
    }.joined(separator: "\n")
    readStatements(plain)
    readLists(plain)
  }

  private mutating func readStatements(_ text: String) {
    let head = #/(?i)create\s+table\s+(?:if\s+not\s+exists\s+)?["`\[]?(\w+)["`\]]?\s*\(/#
    for match in text.matches(of: head) {
      var names: [String] = []
      for part in Self.parts(text[match.range.upperBound...]) {
        guard let word = part.firstMatch(of: #/^\s*["`\[]?(\w+)/#) else { continue }
        let name = word.1.lowercased()
        if !Self.constraints.contains(name) { names.append(name) }
      }
      tables[match.1.lowercased()] = names
    }
    for match in text.matches(of: #/(?i)alter\s+table\s+(\w+)\s+add\s+(?:column\s+)?(\w+)/#) {
      tables[match.1.lowercased(), default: []].append(match.2.lowercased())
    }
  }

  private mutating func readLists(_ text: String) {
    let list = #/(?:^|[\s:,;])(\w+)\s?\((\w+(?:\s+\w+)?(?:\s*,\s*\w+(?:\s+\w+)?)+)\)/#
      .anchorsMatchLineEndings()
    for match in text.matches(of: list) where !text[..<match.range.lowerBound].endsInStatement {
      let name = match.1.lowercased()
      guard tables[name] == nil, !Self.functions.contains(name) else { continue }
      tables[name] = match.2.split(separator: ",").compactMap {
        $0.split(whereSeparator: \.isWhitespace).first?.lowercased()
      }
    }
  }

  private static let constraints: Set<String> = [
    "primary", "foreign", "unique", "check", "constraint", "key", "index",
  ]

  /// Not tables, although a list in parentheses follows.
  private static let functions: Set<String> = [
    "in", "values", "key", "coalesce", "substr", "round", "min", "max", "ifnull", "nullif",
    "printf", "strftime", "replace", "on", "by", "using", "index", "unique", "check", "references",
  ]

  /// What commas separate, up to the closing parenthesis.
  private static func parts(_ text: Substring) -> [String] {
    var depth = 1
    var parts = [""]
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0 { break }
      if character == ",", depth == 1 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// One line per table: `books(id, title)`, in the order of their names.
  package var lines: [String] {
    tables.sorted { $0.key < $1.key }.map { "\($0.key)(\($0.value.joined(separator: ", ")))" }
  }
}

extension Substring {
  /// Whether it ends within an `INSERT INTO`, whose list of columns is no schema.
  fileprivate var endsInStatement: Bool {
    hasSuffix("into") || hasSuffix("INTO") || hasSuffix("into ") || hasSuffix("INTO ")
  }
}
