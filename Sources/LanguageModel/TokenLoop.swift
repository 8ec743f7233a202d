import Tokenizers

/// Finds that a text has begun to repeat itself, as greedy decoding of small models does without
/// end.
enum TokenLoop {
  /// The longest part that is looked for.
  private static let longestPart = 24
  /// How many tokens have to be repetition; a table's rule or a list of equal numbers has fewer.
  private static let least = 24
  private static let copies = 3

  /// How many tokens at the end only repeat what stands before them: all copies of a part but the
  /// first. 0 where the end is no loop.
  static func repeated(_ tokens: [TokenID]) -> Int {
    guard tokens.count >= least else { return 0 }
    for part in 1...longestPart {
      let length = max(least, part * copies)
      guard tokens.count >= length else { return 0 }
      let end = tokens[(tokens.count - length)...]
      if zip(end, end.dropFirst(part)).allSatisfy({ $0 == $1 }) { return length - part }
    }
    return 0
  }
}
