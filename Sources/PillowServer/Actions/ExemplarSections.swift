/// An exemplar as a text with headings, and back: what people edit, and how instruction data sets
/// are written. Pure.
package enum ExemplarSections {
  package struct Parts: Sendable, Equatable {
    package var instruction = ""
    package var input = ""
    package var output = ""
    package var tags: [String]?

    package init(
      instruction: String = "", input: String = "", output: String = "", tags: [String]? = nil
    ) {
      self.instruction = instruction
      self.input = input
      self.output = output
      self.tags = tags
    }
  }

  /// Lines of the parts that look like headings have a backslash before them, which ``parse(_:)``
  /// takes away.
  package static func text(_ parts: Parts) -> String {
    """
    ### Instruction:
    \(escaped(parts.instruction))

    ### Input:
    \(escaped(parts.input))

    ### Response:
    \(escaped(parts.output))

    ### Tags:
    \((parts.tags ?? []).map(quoted).joined(separator: ", "))

    """
  }

  /// A tag as it stands in a list; one with a comma stands between quotes.
  private static func quoted(_ tag: String) -> String {
    guard tag.contains(",") || tag.hasPrefix("\"") else { return tag }
    return "\"\(tag.replacing("\"", with: "\"\""))\""
  }

  private static func tags(_ list: String) -> [String] {
    var found: [String] = []
    var tag = ""
    var isQuoted = false
    var rest = list[...]
    func close() {
      let trimmed = tag.trimmed
      if !trimmed.isEmpty { found.append(trimmed) }
      tag = ""
    }
    while let character = rest.popFirst() {
      switch character {
      case "\"" where isQuoted && rest.first == "\"":
        rest.removeFirst()
        tag.append("\"")
      case "\"" where isQuoted || tag.allSatisfy(\.isWhitespace): isQuoted.toggle()
      case "," where !isQuoted: close()
      default: tag.append(character)
      }
    }
    close()
    return found
  }

  private enum Field { case instruction, input, output, tags }

  private static let names: [String: Field] = [
    "instruction": .instruction, "input": .input, "context": .input, "response": .output,
    "output": .output, "answer": .output, "tags": .tags,
  ]

  /// - Returns: `nil` for a text without an instruction and a response under headings.
  package static func parse(_ text: String) -> Parts? {
    var parts = Parts()
    var current: Field?
    var lines: [String] = []
    func close() {
      guard let current else { return }
      while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
      while let first = lines.first, first.trimmed.isEmpty { lines.removeFirst() }
      let content = lines.joined(separator: "\n")
      switch current {
      case .instruction: parts.instruction = content
      case .input: parts.input = content
      case .output: parts.output = content
      case .tags:
        parts.tags = tags(content)
      }
    }
    for line in text.replacing("\r\n", with: "\n").lines {
      if let field = heading(line) {
        close()
        (current, lines) = (field, [])
      } else {
        lines.append(unescaped(line))
      }
    }
    close()
    return parts.instruction.isEmpty || parts.output.isEmpty ? nil : parts
  }

  private static func escaped(_ text: String) -> String {
    let lines = text.replacing("\r\n", with: "\n").lines
    return lines.map { isHeadingBehindBackslashes($0) ? "\\" + $0 : $0 }.joined(separator: "\n")
  }

  private static func unescaped(_ line: String) -> String {
    line.hasPrefix("\\") && isHeadingBehindBackslashes(line) ? String(line.dropFirst()) : line
  }

  private static func isHeadingBehindBackslashes(_ line: String) -> Bool {
    heading(String(line.drop { $0 == "\\" })) != nil
  }

  /// Parts as they were edited. What was not changed stays as it was, with empty lines at its ends,
  /// too, which the text between headings cannot show.
  package static func edited(_ text: String, from known: Parts) -> Parts? {
    guard var parts = parse(text), let before = parse(self.text(known)) else { return parse(text) }
    if parts.instruction == before.instruction { parts.instruction = known.instruction }
    if parts.input == before.input { parts.input = known.input }
    if parts.output == before.output { parts.output = known.output }
    return parts
  }

  private static func heading(_ line: String) -> Field? {
    guard line.hasPrefix("###") else { return nil }
    var name = line.drop { $0 == "#" }.trimmed.lowercased()
    if name.hasSuffix(":") { name.removeLast() }
    return names[name]
  }
}
