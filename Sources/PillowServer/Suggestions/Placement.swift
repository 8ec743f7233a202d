/// A text and where it goes.
package struct PlacedText: Sendable, Equatable {
  /// The bytes of the document that it takes the place of, on one line.
  package var replacing: Range<Int>
  package var text: String
}

/// Fits an answer to the place where it is inserted. Pure.
package enum Placement {
  /// How much of the document behind the cursor is looked at for repetitions, in lines.
  private static let followingLines = 20

  /// - Parameter answer: without the document's indentation.
  /// - Returns: `nil` when the cursor is where nothing can be inserted, or everything is there
  ///   already.
  package static func place(
    _ answer: String, for instruction: Instruction, in text: TextBuffer
  ) -> PlacedText? {
    guard let insertion = instruction.insertion, !answer.isEmpty else { return nil }
    var lines = answer.lines
    let cursor = text.lineIndex(of: insertion.replacing.upperBound)
    let following = (cursor + 1..<text.lineCount).prefix(followingLines)
      .map { text.lineText($0) }.filter { !$0.trimmed.isEmpty }
    lines = withoutRepeatedSuffix(lines, following: following)
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    guard !lines.isEmpty else { return nil }
    let indented = lines.enumerated().map { index, line in
      index == 0 || line.isEmpty ? line : instruction.indentation + line
    }
    return PlacedText(
      replacing: insertion.replacing,
      text: insertion.prefix + indented.joined(separator: "\n"))
  }

  /// Drops the longest end of the answer that the document goes on with anyway.
  private static func withoutRepeatedSuffix(
    _ lines: [String], following: [String]
  ) -> [String] {
    let next = following.map(\.trimmed)
    for count in stride(from: min(lines.count, next.count), through: 1, by: -1) {
      let end = lines.suffix(count).map(\.trimmed)
      guard Array(next.prefix(count)) == end else { continue }
      let isBracket = end.allSatisfy { $0.allSatisfy { "})];,".contains($0) } || $0 == "end" }
      // A lone bracket repeats the document's only if the answer did not open it itself.
      if isBracket, isBalanced(lines) { continue }
      return Array(lines.dropLast(count))
    }
    return lines
  }

  private static func isBalanced(_ lines: [String]) -> Bool {
    var depth = 0
    for character in lines.joined() {
      if "{([".contains(character) { depth += 1 }
      if "})]".contains(character) { depth -= 1 }
    }
    return depth >= 0
  }
}
