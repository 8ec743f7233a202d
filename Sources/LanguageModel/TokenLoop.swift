import Tokenizers

/// Detects that a text has begun to repeat itself, as greedy decoding of small models does without
/// end.
enum TokenLoop {
  /// The longest repeated part that is detected.
  private static let longestPart = 24
  /// How many tokens have to be repetition; a rule in a table or a list of equal numbers has fewer.
  private static let least = 24
  private static let copies = 3

  /// How many tokens at the end only repeat what comes before them: all copies of a part except the
  /// first. 0 if the end is not a loop.
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
