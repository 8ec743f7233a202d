import Foundation
import PromptPool
import TestSupport
import Testing

/// What became of suggestions, told the same everywhere.
@Suite struct FeedbackHistoryTests {
  private func pool(_ lives: [[FeedbackEvent]]) throws -> PromptPool {
    let pool = try PromptPool.inMemory()
    let shot = try pool.add(ExemplarDraft(instruction: "a", output: "b"))
    for (number, events) in lives.enumerated() {
      var suggestion = suggestion(shots: number.isMultiple(of: 2) ? [shot.id] : [])
      suggestion.createdAt = someDay.addingTimeInterval(Double(number))
      try pool.record(suggestion)
      for event in events {
        try pool.record(Feedback(suggestionID: suggestion.id, event: event, at: someDay))
      }
    }
    return pool
  }

  @Test func theHistoryIsThatOfSingleQueries() throws {
    let pool = try pool([
      [.shown, .ignored], [], [.shown, .accepted, .kept], [.shown, .rejected], [.shown],
    ])
    for limit in [0, 1, 3, 100] {
      let history = try pool.suggestionsWithFeedback(limit: limit)
      let single = try pool.suggestions(limit: limit)
      #expect(history.map(\.suggestion) == single)
      #expect(try history.map(\.events) == single.map { try pool.feedback(on: $0.id) })
      #expect(single.count == min(limit, 5))
    }
    #expect(try pool.suggestions(limit: 1).first?.shots.count == 1)
  }

  /// One that was ignored and then accepted is an accepted one, in every count.
  @Test func eachSuggestionCountsOnce() throws {
    let pool = try pool([
      [.shown, .ignored, .shown, .ignored], [.shown, .ignored, .accepted, .kept],
      [.shown, .rejected], [],
    ])
    let statistics = try pool.statistics()
    #expect(statistics.feedback == ["ignored": 1, "accepted": 1, "rejected": 1])
    #expect(statistics.events["ignored"] == 3 && statistics.events["kept"] == 1)
    var outcomes: [String: Int] = [:]
    for (_, events) in try pool.suggestionsWithFeedback() {
      guard let outcome = FeedbackEvent.outcome(of: events) else { continue }
      outcomes[outcome.rawValue, default: 0] += 1
    }
    #expect(outcomes == statistics.feedback)
  }

  @Test func theSameContentOnceMoreMakesNoVersion() throws {
    let pool = try PromptPool.inMemory()
    let exemplar = try pool.add(ExemplarDraft(instruction: "a", output: "b", tags: ["t"]))
    #expect(try pool.update(exemplar.id, to: exemplar.draft) == exemplar)
    #expect(try pool.history(of: exemplar.id).isEmpty)
    var changed = exemplar.draft
    changed.tags = ["u"]
    #expect(try pool.update(exemplar.id, to: changed).version == 2)
  }

  @Test func aPoolWithoutExemplarsIsNotShared() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    try pool.add(ExemplarDraft(instruction: "a", output: "b"), pool: "ours")
    #expect(throws: PromptPoolError.poolNotFound("theirs", known: ["ours"])) {
      try pool.share(pool: "theirs", to: folder.url)
    }
    #expect(
      !FileManager.default.fileExists(atPath: folder.url.appending(path: "theirs.jsonl").path))
    #expect(try pool.share(pool: "ours", to: folder.url).lastPathComponent == "ours.jsonl")
  }
}
