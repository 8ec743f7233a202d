import Personalization
import PromptMatching
import PromptPool
import Testing

@Suite struct OutcomeReplayTests {
  private func worths(_ replay: OutcomeReplay) -> [FastLearning.Verdict] {
    let candidates = (1...6).map { id in
      OutcomeShot(
        exemplar: Int64(id), pool: "p",
        features: [1] + [Float](repeating: 0.1 * Float(id), count: PairFeatures.count - 1))
    }
    return replay.learning.verdicts(
      query: vector(0), context: ContextKey("x", "", nil), candidates: candidates,
      scores: [Float](repeating: 0, count: 6))
  }

  private func outcomes(_ count: Int, seed: UInt64) -> [Outcome] {
    var generator = SeededGenerator(seed: seed)
    return (1...count).map { id in
      let events: [FeedbackEvent] = [.accepted, .rejected, .ignored, .typedOver]
      return outcome(
        Int64(id), shots: [Int64(1 + Int(generator.uniform() * 6))],
        event: events[Int(generator.uniform() * 4)], angle: generator.uniform())
    }
  }

  /// Two processes that hear of the same outcomes at different times know the same.
  @Test func knowledgeDependsOnTheOutcomesAlone() {
    let all = outcomes(200, seed: 4)
    var first = OutcomeReplay()
    first.apply(all)
    var second = OutcomeReplay()
    var early = all
    // At first nothing is known of them, and they come in portions.
    for place in early.indices { early[place].event = .shown }
    for start in stride(from: 0, to: 200, by: 7) {
      second.apply(Array(early[start..<min(200, start + 7)]))
      second.apply(Array(all[start..<min(200, start + 7)]))
    }
    #expect(worths(first) == worths(second))
    second.apply(all)
    #expect(worths(first) == worths(second))
  }

  @Test func laterLooksAtOldOutcomesCount() {
    var all = outcomes(300, seed: 5)
    var replay = OutcomeReplay()
    replay.apply(all)
    all[10].event = .accepted
    all[10].keptShare = 0.2
    all[10].revision = 301
    replay.apply([all[10]])
    var fresh = OutcomeReplay()
    fresh.apply(all)
    #expect(worths(replay) == worths(fresh))
    #expect(replay.revision == 301)
  }

  @Test func memoryIsBounded() {
    var replay = OutcomeReplay()
    for start in stride(from: 1, through: 10_001, by: 1000) {
      replay.apply((start..<start + 1000).map { outcome(Int64($0)) })
    }
    #expect(replay.latest(100_000).count <= 2 * PromptPool.rememberedOutcomes)
  }
}

@Suite struct ThreeRejectsTests {
  private func learned(_ outcomes: [Outcome]) -> FastLearning {
    var replay = OutcomeReplay()
    replay.apply(outcomes)
    return replay.learning
  }

  private let context = ContextKey("something else", "", nil)

  @Test func afterThreeRejectsAnExemplarIsUnwantedInLikeContexts() {
    let rejected = (1...3).map { outcome(Int64($0), event: .rejected) }
    #expect(learned(Array(rejected.prefix(2))).unwanted(query: vector(0), context: context) == [])
    let learning = learned(rejected)
    #expect(learning.unwanted(query: vector(0.3), context: context) == [1])
    #expect(learning.unwanted(query: vector(1.5), context: context) == [])
    // The same words are a like context whatever the vector says.
    #expect(
      learning.unwanted(query: vector(1.5), context: ContextKey("Say  hello", "", nil)) == [1])
  }

  @Test func anAcceptSinceTakesRejectsBack() {
    let events: [FeedbackEvent] = [.rejected, .rejected, .accepted, .rejected, .rejected]
    let mixed = events.enumerated().map { outcome(Int64($0 + 1), event: $1) }
    #expect(learned(mixed).unwanted(query: vector(0), context: context) == [])
  }

  @Test func whatWasIgnoredIsNotRejected() {
    let ignored = (1...20).map { outcome(Int64($0), event: .ignored) }
    #expect(learned(ignored).unwanted(query: vector(0), context: context) == [])
  }

  @Test func reasonsCountLikeContexts() {
    let outcomes =
      (1...5).map { outcome(Int64($0), event: $0 == 3 ? .rejected : .accepted) }
      + [outcome(6, event: .accepted, angle: 1.5, instruction: "far away")]
    let shot = OutcomeShot(
      exemplar: 1, pool: "p", features: [Float](repeating: 1, count: PairFeatures.count))
    let verdict = learned(outcomes).verdicts(
      query: vector(0), context: context, candidates: [shot], scores: [0])[0]
    #expect(verdict.judged == 5)
    #expect(verdict.kept == 4)
  }
}
