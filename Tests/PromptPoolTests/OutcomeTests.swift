import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct OutcomeTests {
  private let vector: [Float] = [0.6, -0.8, 0]

  private func outcome(_ suggestion: Suggestion, shots: [Int64]) -> Outcome {
    Outcome(
      suggestionID: suggestion.id, at: someDay, instruction: suggestion.instruction, encoder: "e",
      vector: vector,
      shots: shots.map { OutcomeShot(exemplar: $0, pool: "p", features: [1, 0.5]) },
      evidence: [0.25, -3])
  }

  private func recorded(
    in pool: PromptPool, output: String = "x", id: String = "s"
  ) throws -> (exemplar: Int64, outcome: Int64) {
    let exemplar =
      try pool.exemplars().first { $0.output == output }
      ?? pool.add(ExemplarDraft(instruction: "ask", output: output))
    let made = suggestion(shots: [exemplar.id], id: id)
    try pool.record(
      made, events: [Feedback(suggestionID: id, event: .shown, at: someDay)],
      outcome: outcome(made, shots: [exemplar.id]))
    return (exemplar.id, try #require(try pool.outcome(ofSuggestion: id)))
  }

  @Test func outcomesAreThereAfterReopening() throws {
    let folder = try TemporaryFolder()
    let (exemplar, id) = try recorded(in: PromptPool(at: folder.database))
    let pool = try PromptPool(at: folder.database)
    #expect(
      try pool.record(
        StandingText("[1, 2, 3]", kind: .edited, at: someDay.addingTimeInterval(120)),
        ofOutcome: id))
    let found = try #require(try pool.outcomes().first)
    #expect(found.id == id && found.suggestionID == "s")
    #expect(found.instruction == "sort it" && found.input == "[2, 1]" && found.language == "swift")
    #expect(found.suggested == "[1, 2]")
    #expect(found.shots == [OutcomeShot(exemplar: exemplar, pool: "p", features: [1, 0.5])])
    #expect(found.evidence == [0.25, -3])
    #expect(found.event == .shown && found.wasShown)
    #expect(found.standing?.text == "[1, 2, 3]" && found.standing?.kind == .edited)
    // One byte a value.
    #expect(zip(found.vector, vector).allSatisfy { abs($0 - $1) < 0.01 })
    let cosine = zip(found.vector, found.vector).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(cosine - 1) < 1e-5)
  }

  @Test func aFurtherCandidateThatNobodySawIsNoOpportunity() throws {
    let pool = try PromptPool.inMemory()
    let shot = try recorded(in: pool).exemplar
    let spare = suggestion(shots: [shot], id: "spare")
    try pool.record(spare, events: [], outcome: outcome(spare, shots: [shot]))
    #expect(try pool.outcomeCounts().all == 1)
    #expect(try pool.outcomes().map(\.isOpportunity) == [true, false])
    try pool.record(Feedback(suggestionID: "spare", event: .accepted, at: someDay))
    #expect(try pool.outcomeCounts().all == 2)
    var withheld = suggestion(shots: [shot], id: "withheld")
    withheld.isWithheld = true
    try pool.record(withheld, events: [], outcome: outcome(withheld, shots: [shot]))
    #expect(try pool.outcomeCounts().all == 3)
  }

  @Test func eventsChangeTheRevision() throws {
    let pool = try PromptPool.inMemory()
    _ = try recorded(in: pool)
    _ = try recorded(in: pool, id: "t")
    let before = try pool.outcomeRevision()
    #expect(try pool.outcomes(changedAfter: before).isEmpty)
    try pool.record(Feedback(suggestionID: "s", event: .accepted, at: someDay))
    try pool.record(
      Feedback(suggestionID: "s", event: .kept, at: someDay, keptShare: 0.5))
    let changed = try pool.outcomes(changedAfter: before)
    #expect(changed.map(\.suggestionID) == ["s"])
    #expect(changed.first?.event == .accepted && changed.first?.keptShare == 0.5)
  }

  @Test func aSuggestionHasOneOutcome() throws {
    let pool = try PromptPool.inMemory()
    let (exemplar, _) = try recorded(in: pool)
    #expect(try pool.record(outcome(suggestion(shots: [], id: "s"), shots: [exemplar])) == nil)
    #expect(try pool.outcomeCounts().all == 1)
  }

  @Test func longTextsAreNotStored() throws {
    let pool = try PromptPool.inMemory()
    let (_, id) = try recorded(in: pool)
    let long = String(repeating: "x", count: StandingText.longest + 1)
    #expect(try !pool.record(StandingText(long, kind: .typed, at: someDay), ofOutcome: id))
    #expect(try pool.outcomeCounts().standing == 0)
  }

  /// What learning does not read any more takes little room; rejects are remembered.
  @Test func oldOutcomesLoseTheirNumbers() throws {
    let pool = try PromptPool.inMemory()
    _ = try recorded(in: pool, id: "rejected")
    try pool.record(Feedback(suggestionID: "rejected", event: .rejected, at: someDay))
    for place in 0..<PromptPool.rememberedOutcomes + 3 {
      var bare = Outcome(at: someDay, instruction: "ask \(place)", encoder: "e", vector: vector)
      bare.documentURI = "file:///a"
      try pool.record(bare)
    }
    let remembered = try pool.outcomes()
    #expect(remembered.count == PromptPool.rememberedOutcomes + 1)
    #expect(remembered.first?.event == .rejected)
    #expect(remembered.allSatisfy { !$0.vector.isEmpty })
    #expect(try pool.outcome(2)?.vector.isEmpty == true)
  }

  @Test func rejectionsAreFoundOldestFirst() throws {
    let pool = try PromptPool.inMemory()
    for id in ["a", "b", "c"] { _ = try recorded(in: pool, id: id) }
    for id in ["c", "a"] {
      try pool.record(Feedback(suggestionID: id, event: .rejected, at: someDay))
    }
    try pool.record(Feedback(suggestionID: "b", event: .accepted, at: someDay))
    #expect(try pool.rejections().map(\.suggestionID) == ["a", "c"])
    #expect(try pool.rejections(limit: 1).map(\.suggestionID) == ["c"])
    #expect(try pool.rejections(since: 1).map(\.suggestionID) == ["c"])
    #expect(try pool.rejections().allSatisfy { !$0.suggested.isEmpty })
  }

  // MARK: Privacy

  @Test func forgettingAnExemplarForgetsTextsThatQuoteIt() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let quote = "a long answer that nobody writes by chance"
    let other = try pool.add(ExemplarDraft(instruction: "other", output: quote))
    let (_, id) = try recorded(in: pool)
    try pool.record(StandingText("he said: \(quote)!", kind: .typed, at: someDay), ofOutcome: id)
    try pool.forget(other.id)
    #expect(try pool.outcome(id) == nil)
    let bytes = try Data(contentsOf: folder.database)
    #expect(bytes.range(of: Data("nobody writes".utf8)) == nil)
  }

  /// What others have read of them counts no more.
  @Test func deletedOutcomesAreNoticed() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let (_, id) = try recorded(in: pool)
    try pool.record(StandingText("a text", kind: .typed, at: someDay), ofOutcome: id)
    let copy = folder.file("copy")
    try pool.backUp(to: copy)
    let first = try pool.learningMarks().erasure
    try pool.forget(try pool.add(ExemplarDraft(instruction: "other", output: "thing")).id)
    let second = try pool.learningMarks().erasure
    try pool.restoreBackup(from: copy)
    let third = try pool.learningMarks().erasure
    #expect(Set([first, second, third]).count == 3 && first == nil)
  }

  /// The newer text takes the place of the older as an exemplar, too.
  @Test func anotherStandingTextMayBeHarvestedAgain() throws {
    let pool = try PromptPool.inMemory()
    let (_, id) = try recorded(in: pool)
    try pool.record(StandingText("first", kind: .edited, at: someDay), ofOutcome: id)
    let old = try pool.harvest(ExemplarDraft(instruction: "i", output: "first"), ofOutcome: id)
    try pool.record(StandingText("first", kind: .edited, at: someDay), ofOutcome: id)
    #expect(try pool.outcome(id)?.harvestedAs == old.id)
    try pool.record(StandingText("second", kind: .edited, at: someDay), ofOutcome: id)
    #expect(try pool.outcome(id)?.harvestedAs == nil)
    _ = try pool.harvest(ExemplarDraft(instruction: "i", output: "second"), ofOutcome: id)
    #expect(try pool.exemplars(pool: "harvested").map(\.output) == ["second"])
    try pool.withdrawStandingText(ofOutcome: id)
    #expect(try pool.outcome(id)?.standing == nil)
  }

  @Test func forgettingAHarvestedExemplarForgetsItsOutcome() throws {
    let pool = try PromptPool.inMemory()
    let (_, id) = try recorded(in: pool)
    try pool.record(StandingText("short", kind: .typed, at: someDay), ofOutcome: id)
    let made = try pool.harvest(ExemplarDraft(instruction: "i", output: "short"), ofOutcome: id)
    #expect(try pool.outcome(id)?.harvestedAs == made.id)
    try pool.forget(made.id)
    #expect(try pool.outcome(id) == nil)
  }

  @Test func standingTextsAreDeletedAfterTheirTime() throws {
    let pool = try PromptPool.inMemory()
    let (_, old) = try recorded(in: pool)
    let (_, new) = try recorded(in: pool, id: "t")
    try pool.record(StandingText("old", kind: .typed, at: someDay), ofOutcome: old)
    try pool.record(
      StandingText("new", kind: .typed, at: someDay.addingTimeInterval(100)), ofOutcome: new)
    #expect(try pool.deleteStandingTexts(before: someDay.addingTimeInterval(50)) == 1)
    #expect(try pool.standingTexts().map { $0.standing?.text } == ["new"])
  }

  @Test func aNewHabitTakesThePlaceOfTheOld() throws {
    let pool = try PromptPool.inMemory()
    let (_, first) = try recorded(in: pool)
    let (_, second) = try recorded(in: pool, id: "t")
    let old = try pool.harvest(ExemplarDraft(instruction: "i", output: "a"), ofOutcome: first)
    let new = try pool.harvest(ExemplarDraft(instruction: "i", output: "b"), ofOutcome: second)
    #expect(try pool.exemplars(pool: "harvested").map(\.id) == [new.id])
    #expect(try pool.exemplar(old.id)?.retiredAt != nil)
  }
}

@Suite struct LearningVersionTests {
  private func new(_ last: Int64, promoted: Bool = true) -> PromptPool.NewVersion {
    .init(
      .gate, outcomes: 1...last, note: "n", parameters: Data("\(last)".utf8), isPromoted: promoted)
  }

  @Test func twoProcessesMakeAVersionOnce() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try PromptPool(at: folder.database), try PromptPool(at: folder.database))
    let version = try #require(try one.store(new(5)))
    #expect(try two.store(new(5)) == nil)
    #expect(try two.servedVersion(.gate) == version)
    #expect(try two.learningMarks().gate == version.id)
  }

  @Test func versionsThatFailTheirTestDoNotServe() throws {
    let pool = try PromptPool.inMemory()
    #expect(try pool.store(new(5, promoted: false))?.isPromoted == false)
    #expect(try pool.servedVersion(.gate) == nil)
    #expect(try pool.undoStep(of: .gate) == nil)
  }

  /// Going back takes back exactly the latest step that still stands.
  @Test func stepsAreTakenBackOneByOne() throws {
    let pool = try PromptPool.inMemory()
    let first = try #require(try pool.store(new(5)))
    let second = try #require(try pool.store(new(6)))
    try pool.serve(first.id, kind: .gate)
    #expect(try pool.undoStep(of: .gate)?.version == first.id)
    #expect(try pool.servedVersion(.gate)?.id == second.id)
    #expect(try pool.undoStep(of: .gate)?.replaced == first.id)
    #expect(try pool.servedVersion(.gate)?.id == first.id)
    #expect(try pool.undoStep(of: .gate)?.replaced == nil)
    #expect(try pool.servedVersion(.gate) == nil)
    #expect(try pool.undoStep(of: .gate) == nil)
    #expect(try pool.undoStep(of: .adapter) == nil)
    #expect(throws: PromptPoolError.learningVersionNotFound(99)) {
      try pool.serve(99, kind: .gate)
    }
  }

  @Test func oneProcessAtATimeHasTheRightToWork() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try PromptPool(at: folder.database), try PromptPool(at: folder.database))
    #expect(try one.takeLease("train", owner: "one", seconds: 60))
    #expect(try !two.takeLease("train", owner: "two", seconds: 60))
    #expect(try one.takeLease("train", owner: "one", seconds: 60))
    #expect(try two.takeLease("other", owner: "two", seconds: 60))
    try one.returnLease("train", owner: "one")
    #expect(try two.takeLease("train", owner: "two", seconds: -1))
    // Its time is over: whoever died with the right does not keep it.
    #expect(try one.takeLease("train", owner: "one", seconds: 60))
  }

  @Test func resettingStartsOverAndKeepsHistory() throws {
    let pool = try PromptPool.inMemory()
    let id = try #require(
      try pool.record(Outcome(at: someDay, instruction: "ask", encoder: "e", vector: [1])))
    try pool.record(StandingText("x", kind: .typed, at: someDay), ofOutcome: id)
    _ = try pool.store(new(5))
    try pool.resetLearning()
    #expect(try pool.servedVersion(.gate) == nil)
    #expect(try pool.learnsSince() == 1)
    #expect(try pool.outcomes(since: pool.learnsSince()).isEmpty)
    #expect(try pool.outcomeCounts().all == 1)
    #expect(try pool.learningVersions().count == 1)
    #expect(try pool.learningMarks().since == 1)
    try pool.setLearningPaused(true)
    #expect(try pool.learningMarks().isPaused)
  }
}
