import PromptPool
import TestSupport
import Testing

struct WordDensityTests {
  /// As it is said, whatever the texts are made of.
  private func reference(_ words: [String], _ texts: [String]) -> Double {
    let found = texts.flatMap {
      $0.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
    let hits = found.filter(words.contains)
    return Double(Set(hits).count) + Double(hits.count) / Double(found.count + 1)
  }

  @Test func itCountsWordsAsTextsAreRead() {
    var generator = SplitMix(seed: 5)
    let pieces = [
      "a", "B", "name", "Name", "NAMES", "7", "x9", "über", "Straße", "名前", "é", "_", "-", "'s",
      " ", "\n", "\t", ".", "🧶",
    ]
    let words = ["a", "name", "7", "x9", "über", "名前"]
    for _ in 0..<2000 {
      let texts = (0..<3).map { _ in
        let most = Bool.random(using: &generator) ? 7 : pieces.count
        return (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          pieces[Int.random(in: 0..<most, using: &generator)]
            + (Bool.random(using: &generator) ? " " : "")
        }.joined()
      }
      #expect(WordDensity(of: words).of(texts) == reference(words, texts), "\(texts)")
    }
    #expect(WordDensity(of: words).of(["", "", ""]) == 0)
  }
}
