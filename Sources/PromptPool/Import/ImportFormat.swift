/// How a file of exemplars is written.
public enum ImportFormat: String, Sendable, CaseIterable, Codable {
  /// Objects with `instruction`, `input`, `output`, `tags`, `language`: one a line.
  case jsonl
  /// A JSON array of objects with `instruction`, `input`, `output`.
  case alpaca
  /// Objects with `instruction`, `context`, `response`, `category`.
  case dolly
  /// Objects with `conversations` of `from` and `value`.
  case sharegpt
  /// Objects with `messages` of `role` and `content`.
  case chatml
  /// A table whose first line names the columns; RFC 4180, with any usual separator.
  case csv, tsv
  /// Sections `### Instruction`, `### Input`, `### Response`.
  case markdown

  /// The format that a file's name and start tell; nil when neither does.
  ///
  /// JSON files are `jsonl`, for which each record's own fields say what it is.
  static func recognise(name: String, start: ArraySlice<UInt8>) -> ImportFormat? {
    switch name.split(separator: ".").last?.lowercased() {
    case "csv": return .csv
    case "tsv", "tab": return .tsv
    case "md", "markdown": return .markdown
    case "json", "jsonl", "ndjson": return .jsonl
    default: break
    }
    guard let first = start.first(where: { $0 > 0x20 }) else { return .jsonl }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .jsonl }
    let lines = start.split(separator: 0x0A).map { Array($0) }
    if lines.contains(where: { MarkdownReader.heading(of: $0)?.section == .instruction })
      || zip(lines, lines.dropFirst()).contains(where: {
        MarkdownReader.heading(of: $0, underlinedBy: $1)?.section == .instruction
      })
    {
      return .markdown
    }
    return TableDialect(start).map { $0.separator == UInt8(ascii: "\t") ? .tsv : .csv }
  }
}
