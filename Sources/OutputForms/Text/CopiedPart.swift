/// A part of an answer that stands in the text that asked for it, whatever the letter case.
struct CopiedPart: Sendable, Hashable {
  /// Tokens of the answer.
  var answer: Range<Int>
  /// The same tokens where they were asked for.
  var asked: Range<Int>

  /// The longest such parts, from the beginning of the answer on; they do not overlap.
  ///
  /// A part begins and ends with a word or a number, and is more than a word that any text has.
  static func all(in answer: [TextToken], of asked: [TextToken]) -> [CopiedPart] {
    guard !answer.isEmpty, !asked.isEmpty else { return [] }
    // lengths[p][q]: how many tokens agree from there on.
    let width = asked.count + 1
    var lengths = [Int](repeating: 0, count: (answer.count + 1) * width)
    for p in answer.indices.reversed() {
      for q in asked.indices.reversed() where agree(answer[p], asked[q]) {
        lengths[p * width + q] = lengths[(p + 1) * width + q + 1] + 1
      }
    }
    var parts: [CopiedPart] = []
    var p = 0
    while p < answer.count {
      defer { p += 1 }
      guard answer[p].isContent else { continue }
      let row = lengths[(p * width)..<((p + 1) * width)]
      guard var length = row.max(), length > 0, let place = row.firstIndex(of: length) else {
        continue
      }
      while length > 0, !answer[p + length - 1].isContent { length -= 1 }
      guard isTelling(answer[p..<p + length]) else { continue }
      let q = place - p * width
      parts.append(CopiedPart(answer: p..<p + length, asked: q..<q + length))
      p += length - 1
    }
    return parts
  }

  private static func agree(_ left: TextToken, _ right: TextToken) -> Bool {
    if left.kind == .blanks || left.kind == .lineBreak {
      return left.kind == right.kind
    }
    return left.folded == right.folded
  }

  private static func isTelling(_ tokens: ArraySlice<TextToken>) -> Bool {
    tokens.contains {
      $0.kind == .number || $0.kind == .word && !CommonWords.all.contains($0.folded)
    }
  }
}
