import Foundation

/// A slot that holds one of a few texts, and the words that went with each of them.
struct ClosedChoice: Sendable, Hashable {
  /// The texts, the most frequent first.
  let values: [String]
  private let counts: [String: Int]
  /// By word of what was asked for: how often it was asked with each text.
  private let words: [String: [String: Int]]
  private let count: Int
  /// Whether a text that was seen often stands in what was asked for.
  private let isNamed: Bool

  init(_ values: [String], _ asked: [[TextToken]]) {
    var counts: [String: Int] = [:]
    var words: [String: [String: Int]] = [:]
    for (value, tokens) in zip(values, asked) {
      counts[value, default: 0] += 1
      for word in Self.words(tokens) { words[word, default: [:]][value, default: 0] += 1 }
    }
    self.values = counts.keys.sorted {
      counts[$0, default: 0] != counts[$1, default: 0]
        ? counts[$0, default: 0] > counts[$1, default: 0] : $0 < $1
    }
    (self.counts, self.words, count) = (counts, words, values.count)
    let named = zip(values, asked).count { Self.names($0, Self.words($1)) }
    isNamed = named * 2 >= values.count
  }

  /// How much what is asked for speaks for each text: ln of a probability, up to a constant.
  func priors(for asked: [TextToken]) -> [(text: String, prior: Float)] {
    let present = Self.words(asked)
    return values.map { value in
      let known = Float(counts[value] ?? 0)
      var sum = log(known / Float(count))
      for (word, found) in words {
        let total = Float(found.values.reduce(0, +))
        let own = Float(found[value] ?? 0)
        // How often the word is there, with this text and with any.
        let rate = (own + 0.15) / (known + 0.5)
        let usual = (total + 0.15) / (Float(count) + 0.5)
        if present.contains(word) {
          // A word that was asked once may be there by chance.
          sum += (total > 1 ? 1 : 0.4) * log(rate / usual)
        } else if known > 1, own == known {
          sum += log((1 - rate) / (1 - usual))
        }
      }
      if isNamed, Self.names(value, present) { sum += 3 }
      return (value, sum)
    }
  }

  /// Stands for texts that are not looked at.
  static let anything = "\0"

  /// The texts that a word stands for which was asked with no other text.
  func told(by asked: [TextToken]) -> [String] {
    let present = Self.words(asked)
    return values.filter { value in
      value != Self.anything
        && words.contains { word, found in
          found.count == 1 && found[value] == counts[value] && present.contains(word)
        }
    }
  }

  /// Where one of the texts is named.
  func place(of value: String, in asked: [TextToken]) -> Range<Int>? {
    guard isNamed else { return nil }
    let place = asked.indices.first {
      asked[$0].kind == .word && Self.names(value, [asked[$0].folded])
    }
    return place.map { $0..<$0 + 1 }
  }

  private static func words(_ tokens: [TextToken]) -> Set<String> {
    Set(
      tokens.filter { $0.kind == .word && $0.folded != "the" && $0.folded != "a" }.map(\.folded))
  }

  /// Whether a text's words, or words that begin like them, are among those that were asked for.
  private static func names(_ value: String, _ words: Set<String>) -> Bool {
    let parts = TextToken.all(in: value).filter { $0.kind == .word }.map(\.folded)
    guard !parts.isEmpty else { return false }
    return parts.allSatisfy { part in
      words.contains(part)
        || part.count >= 3
          && words.contains { $0.hasPrefix(part) || part.hasPrefix($0) && $0.count >= 4 }
    }
  }
}
