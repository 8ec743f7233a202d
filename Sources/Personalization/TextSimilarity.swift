import PromptMatching

/// How much of one text another one is. Pure.
public enum TextSimilarity {
  /// Longer texts are compared by their beginnings, in Unicode scalars: the time is quadratic.
  static let longest = 1500

  /// The least number of scalars that are inserted, deleted or replaced to make one text the other.
  ///
  /// Source: Levenshtein, 1966; with two rows, as Wagner and Fischer, 1974.
  public static func distance(_ a: String, _ b: String) -> Int {
    let left = Array(a.unicodeScalars.prefix(longest))
    let right = Array(b.unicodeScalars.prefix(longest))
    guard !left.isEmpty else { return right.count }
    guard !right.isEmpty else { return left.count }
    var row = Array(0...right.count)
    for (i, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (scalar == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }

  /// 1 for equal texts, 0 for texts that share nothing; white space at the ends does not count.
  public static func similarity(_ a: String, _ b: String) -> Double {
    let (a, b) = (trimmed(a), trimmed(b))
    if a == b { return 1 }
    let length = max(
      a.unicodeScalars.prefix(longest).count, b.unicodeScalars.prefix(longest).count)
    return 1 - Double(distance(a, b)) / Double(max(1, length))
  }

  /// How many scalars of a text another one keeps, in order: the longest common subsequence.
  public static func kept(of text: String, in other: String) -> Int {
    CommonSubsequence.length(
      Array(trimmed(text).unicodeScalars.prefix(longest)),
      Array(other.unicodeScalars.prefix(longest)))
  }

  static func trimmed(_ text: String) -> String {
    var scalars = Substring(text).unicodeScalars
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    return String(scalars)
  }
}
