import PromptMatching

/// How much of an accepted text is still there. Pure.
package enum KeptShare {
  /// - Parameters:
  ///   - accepted: as it was inserted.
  ///   - current: what stands in its place now.
  ///   - document: the whole text, for what has moved.
  /// - Returns: 0 to 1, by words and marks; spaces and line ends, which a formatter changes, do not
  ///   count.
  package static func share(of accepted: String, in current: String, document: String) -> Double {
    let wanted = tokens(accepted)
    guard !wanted.isEmpty else { return 1 }
    let inPlace = Double(commonLength(wanted, tokens(current))) / Double(wanted.count)
    guard inPlace < 0.9 else { return inPlace }
    return max(inPlace, movedShare(accepted, document, total: wanted.count))
  }

  /// Words, and marks one by one.
  static func tokens(_ text: String) -> [Substring] {
    var found: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
      } else {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let token = word.isEmpty ? rest.prefix(1) : word
        found.append(token)
        rest = rest.dropFirst(token.count)
      }
    }
    return found
  }

  /// The longest common subsequence; its complement is the edit distance by insertions and
  /// deletions.
  static func commonLength(_ left: [Substring], _ right: [Substring]) -> Int {
    CommonSubsequence.length(left.prefix(2000), right.prefix(4000))
  }

  /// The share of the tokens on lines that stand anywhere in the document, each as often as there.
  private static func movedShare(_ accepted: String, _ document: String, total: Int) -> Double {
    var there: [String: Int] = [:]
    for line in document.lines { there[squeezed(line), default: 0] += 1 }
    var kept = 0
    for line in accepted.lines {
      let key = squeezed(line)
      guard key.count > 1, let count = there[key], count > 0 else { continue }
      there[key] = count - 1
      kept += tokens(line).count
    }
    return Double(kept) / Double(total)
  }

  private static func squeezed(_ line: String) -> String {
    String(line.filter { !$0.isWhitespace })
  }
}
