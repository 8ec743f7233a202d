import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct FeedbackTests {
  @Test func suggestionsAndFeedbackAreThereAfterReopening() throws {
    let folder = try TemporaryFolder()
    var stored = suggestion(shots: [])
    do {
      let pool = try PromptPool(at: folder.database)
      let ids = try ["a", "b"].map {
        try pool.add(ExemplarDraft(instruction: $0, output: "x")).id
      }
      stored.draws = [
        ShotDraw(exemplar: ids[1], version: 1, probability: 0.5, isPinned: true),
        ShotDraw(exemplar: ids[0], version: 2, probability: 0.25, wasInPrompt: false),
      ]
      stored.candidates = ids
      stored.epsilon = 0.1
      stored.seed = .max
      stored.isDrawn = true
      stored.promptForm = "chat"
      stored.gateScore = 0.75
      stored.isWithheld = true
      #expect(try pool.record(stored) == stored.id)
      #expect(try pool.record(stored) == stored.id)
      try pool.record(Feedback(suggestionID: stored.id, event: .shown, at: someDay))
      try pool.record(
        Feedback(
          suggestionID: stored.id, event: .kept, at: someDay, acceptedLength: 6, keptShare: 0.5,
          secondsAfterAccept: 30, reason: "fine"))
    }
    let pool = try PromptPool(at: folder.database)
    #expect(try pool.suggestion(stored.id) == stored)
    #expect(try pool.suggestions() == [stored])
    let feedback = try pool.feedback(on: stored.id)
    #expect(feedback.map(\.event) == [.shown, .kept])
    #expect(feedback[1].keptShare == 0.5 && feedback[1].secondsAfterAccept == 30)
    #expect(feedback[1].acceptedLength == 6 && feedback[1].reason == "fine")
    #expect(try pool.suggestion("none") == nil)
  }

  @Test func unknownSuggestionsAndShotsAreRefused() throws {
    let pool = try PromptPool.inMemory()
    #expect(throws: PromptPoolError.suggestionNotFound("x")) {
      try pool.record(Feedback(suggestionID: "x", event: .accepted, at: someDay))
    }
    #expect(throws: PromptPoolError.exemplarNotFound(5)) {
      try pool.record(suggestion(shots: [5]))
    }
    #expect(try pool.suggestions().isEmpty)
  }

  @Test func rejectedSuggestionsAreThoseOfTheLatest() throws {
    let pool = try PromptPool.inMemory()
    let ids = try (0..<5).map { number in
      var made = suggestion(shots: [])
      made.createdAt = someDay + Double(number)
      return try pool.record(made)
    }
    for (id, events) in zip(
      ids,
      [
        [FeedbackEvent.rejected], [.shown], [.rejected, .rejected], [.accepted],
        [.shown, .rejected],
      ])
    {
      for event in events { try pool.record(Feedback(suggestionID: id, event: event, at: someDay)) }
    }
    #expect(try pool.rejectedSuggestions(amongLatest: 10).map(\.id) == [ids[4], ids[2], ids[0]])
    #expect(try pool.rejectedSuggestions(amongLatest: 3).map(\.id) == [ids[4], ids[2]])
  }

  @Test func useCountsEachSuggestionOnce() throws {
    let pool = try PromptPool.inMemory()
    let id = try pool.add(ExemplarDraft(instruction: "a", output: "b")).id
    for events in [
      [FeedbackEvent.shown, .shown, .partlyAccepted, .accepted], [.shown, .rejected], [],
    ] {
      let suggested = try pool.record(suggestion(shots: [id]))
      for event in events {
        try pool.record(Feedback(suggestionID: suggested, event: event, at: someDay))
      }
    }
    try pool.record(suggestion(shots: []))
    #expect(
      try pool.use(of: id)
        == ExemplarUse(
          suggested: 3, shown: 2, accepted: 1, rejected: 1, kept: 0, meanReward: 0.25))
  }

  @Test func embeddingsFollowTheContent() throws {
    let pool = try PromptPool.inMemory()
    let ids = try (0..<3).map {
      try pool.add(ExemplarDraft(instruction: "i\($0)", output: "o")).id
    }
    #expect(try pool.loadEmbeddings(encoder: "e").ids.isEmpty)
    try pool.store(
      embeddings: ids.map { (id: $0, vector: [Float($0), 0.5, -1]) }, encoder: "e")
    try pool.pin(ids[1])
    try pool.mute(ids[2])
    let table = try pool.loadEmbeddings(encoder: "e")
    #expect(table.ids == ids && table.dimensions == 3)
    #expect(table.vectors == ids.flatMap { [Float($0), 0.5, -1] })
    #expect(table.pinned == [1] && table.muted == [2])
    #expect(try pool.loadEmbeddings(encoder: "f").ids.isEmpty)
    try pool.update(ids[0], to: ExemplarDraft(instruction: "new", output: "o"))
    try pool.remove(ids[2])
    #expect(try pool.loadEmbeddings(encoder: "e").ids == [ids[1]])
    #expect(try pool.exemplarsWithoutEmbedding(encoder: "e").map(\.id) == [ids[0]])
    #expect(try pool.exemplarsWithoutEmbedding(encoder: "f", limit: 1).map(\.id) == [ids[0]])
    #expect(throws: PromptPoolError.self) {
      try pool.store(embedding: [.nan], of: ids[1], encoder: "e")
    }
    #expect(throws: PromptPoolError.exemplarNotFound(77)) {
      try pool.store(embedding: [1], of: 77, encoder: "e")
    }
  }

  @Test func matcherVersionsAreKeptAndServed() throws {
    let pool = try PromptPool.inMemory(clock: { someDay })
    #expect(try pool.servedMatcher() == nil)
    let first = try pool.storeMatcher(parameters: Data([1]), encoder: "e", note: "one")
    let second = try pool.storeMatcher(parameters: Data([2]), encoder: "e", parent: first)
    #expect(try pool.servedMatcher() == nil)
    try pool.serveMatcher(second)
    #expect(try pool.servedMatcher()?.parameters == Data([2]))
    try pool.serveMatcher(first)
    #expect(try pool.servedMatcher()?.note == "one")
    try pool.serveMatcher(nil)
    #expect(try pool.servedMatcher() == nil)
    #expect(try pool.matcherVersions().map(\.parent) == [nil, first])
    #expect(throws: PromptPoolError.matcherVersionNotFound(9)) { try pool.serveMatcher(9) }
  }
}
