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

  package static func text(_ parts: Parts) -> String {
    """
    ### Instruction:
    \(parts.instruction)

    ### Input:
    \(parts.input)

    ### Response:
    \(parts.output)

    ### Tags:
    \((parts.tags ?? []).joined(separator: ", "))

    """
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
        parts.tags = content.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
      }
    }
    for line in text.replacing("\r\n", with: "\n").lines {
      if let field = heading(line) {
        close()
        (current, lines) = (field, [])
      } else {
        lines.append(line)
      }
    }
    close()
    return parts.instruction.isEmpty || parts.output.isEmpty ? nil : parts
  }

  private static func heading(_ line: String) -> Field? {
    guard line.hasPrefix("###") else { return nil }
    var name = line.drop { $0 == "#" }.trimmed.lowercased()
    if name.hasSuffix(":") { name.removeLast() }
    return names[name]
  }
}
