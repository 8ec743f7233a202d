/// How the instructions of a project's own pools begin.
///
/// People who keep a pool for one form write its instructions alike: `weather 2 March: …`, `faq 8:
/// …`. A line that begins so asks for that form, although its words only state something.
package struct InstructionOpenings: Sendable, Equatable {
  private var words: Set<String> = []

  /// A pool of fewer says little about how its instructions begin.
  private static let fewest = 3

  package init() {}

  /// - Parameter pools: the instructions of each pool.
  package init(_ pools: [[String]]) {
    for instructions in pools where instructions.count >= Self.fewest {
      var counts: [String: Int] = [:]
      for instruction in instructions {
        if let word = Self.firstWord(instruction) { counts[word, default: 0] += 1 }
      }
      // An opening that most of a pool shares is its mark; others are chance.
      words.formUnion(
        counts.filter { $0.value >= Self.fewest && 2 * $0.value > instructions.count }.map(\.key))
    }
  }

  /// Whether a text begins as the instructions of a pool do.
  package func begins(_ text: String) -> Bool {
    guard !words.isEmpty, text.count <= Self.longest, let word = Self.firstWord(text) else {
      return false
    }
    return words.contains(word)
  }

  private static let longest = 400

  /// The first word, without comment marks; nil for one that may begin any sentence.
  private static func firstWord(_ text: String) -> String? {
    let start = text.drop { !$0.isLetter && !$0.isNumber }
    let word = start.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }.lowercased()
    guard word.contains(where: \.isLetter), word.count >= 2, !common.contains(word) else {
      return nil
    }
    return word
  }

  private static let common = Verbs.words(
    """
    a an and are as at but by for from he her his i if in is it its my no not of on or our she so
    some that the their then there these they this those to was we were what when where which who
    will with you your
    """)
}
