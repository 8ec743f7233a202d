import Foundation
import Personalization
import PromptMatching
import PromptPool
import Testing

@Suite struct RewardTests {
  @Test func distancesAreLevenshteins() {
    #expect(TextSimilarity.distance("kitten", "sitting") == 3)
    #expect(TextSimilarity.distance("", "abc") == 3)
    #expect(TextSimilarity.distance("flaw", "lawn") == 2)
    #expect(TextSimilarity.similarity(" yes\n", "yes") == 1)
    #expect(TextSimilarity.similarity("abcd", "wxyz") == 0)
    #expect(TextSimilarity.similarity("", "") == 1)
    #expect(TextSimilarity.kept(of: "a cat", in: "the cats") == 4)
  }

  private func reward(
    _ event: FeedbackEvent?, kept: Double? = nil, standing: (String, StandingKind)? = nil
  ) -> Double? {
    var made = outcome(1, event: event, suggested: "hello there")
    made.keptShare = kept
    made.standing = standing.map { StandingText($0.0, kind: $0.1, at: Date()) }
    return made.reward?.value
  }

  @Test func censoredOutcomesSayNothing() {
    #expect(reward(.ignored) == nil)
    #expect(reward(.replaced) == nil)
    #expect(reward(.shown) == nil)
    #expect(reward(nil) == nil)
  }

  @Test func standingTextSaysWhatASuggestionWasWorth() {
    #expect(reward(.accepted) == 1)
    #expect(reward(.accepted, kept: 0.3) == 0.3)
    #expect(reward(.rejected, standing: ("hello there", .typed)) == 0)
    #expect(reward(.ignored, standing: ("hello there", .typed)) == 1)
    #expect(reward(.accepted, kept: 1, standing: ("hello thew", .edited)).map { $0 < 1 } == true)
  }

  @Test func textsBelongWhereTheyAreLikelier() {
    #expect(Plausibility.fit(own: 1, others: [3, 2]) == 1)
    #expect(Plausibility.fit(own: 3, others: [2, 2]) == -1)
    #expect(Plausibility.fit(own: 1, others: [3, 0.5, 2, 4]) == 1, "one of four may be better")
    #expect(Plausibility.fit(own: 3, others: []) == nil)
  }

  @Test func textsThatFitNoBetterThanByChanceAreNotTrusted() throws {
    #expect(Plausibility.areTrusted([]))
    #expect(Plausibility.areTrusted([0.6, -0.1, 0.7]))
    #expect(!Plausibility.areTrusted([0.6, -0.1, -0.3, 0.01]))
    var generator = SeededGenerator(seed: 3)
    func fits(advantage: Double) throws -> [Double] {
      try (0..<Plausibility.judged).map { _ in
        let others = (0..<4).map { _ in generator.normal() }
        return try #require(
          Plausibility.fit(own: generator.normal() - advantage, others: others))
      }
    }
    var believed = 0
    for _ in 0..<200 {
      believed += Plausibility.areTrusted(try fits(advantage: 0)) ? 1 : 0
      #expect(Plausibility.areTrusted(try fits(advantage: 2)))
    }
    #expect(believed <= 2)
  }
}
