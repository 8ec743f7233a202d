/// Words that all instructions have that ask for a form, such as `stock` and `shelf`.
public struct FormRequestWords: Sendable {
  private let words: Set<String>

  /// - Parameter instructions: of the exemplars that have the form.
  public init(_ instructions: [String]) {
    var counts: [String: Int] = [:]
    for instruction in instructions {
      for word in Self.words(instruction) { counts[word, default: 0] += 1 }
    }
    words = Set(counts.filter { $0.value * 5 >= instructions.count * 4 }.keys)
  }

  /// Whether an instruction has at least half of the words; nil where there are none.
  public func fit(_ instruction: String) -> Bool? {
    guard !words.isEmpty else { return nil }
    return words.intersection(Self.words(instruction)).count * 2 >= words.count
  }

  private static func words(_ text: String) -> Set<String> {
    Set(
      TextToken.all(in: text).filter {
        $0.kind == .word && !CommonWords.all.contains($0.folded)
          && CommonWords.numbers[$0.folded] == nil
      }.map(\.folded))
  }
}
