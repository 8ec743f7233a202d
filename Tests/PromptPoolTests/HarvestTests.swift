import Foundation
import PromptPool
import Testing

@Suite struct HarvestTests {
  private func pool(
    _ cases: [(text: String, events: [Feedback])]
  ) throws -> (pool: PromptPool, ids: [String]) {
    let pool = try PromptPool.inMemory(clock: { someDay })
    let ids = try cases.enumerated().map { number, item in
      var offered = suggestion(shots: [], id: "s\(number)")
      offered.createdAt = someDay.addingTimeInterval(Double(number))
      offered.text = item.text
      try pool.record(offered)
      for var event in item.events {
        event.suggestionID = offered.id
        try pool.record(event)
      }
      return offered.id
    }
    return (pool, ids)
  }

  private let accepted = Feedback(suggestionID: "", event: .accepted, at: someDay)

  private func kept(_ share: Double, after seconds: Double = 300) -> Feedback {
    Feedback(
      suggestionID: "", event: .kept, at: someDay, keptShare: share, secondsAfterAccept: seconds)
  }

  @Test func onlyWhatWasAcceptedAndKeptIsOffered() throws {
    let (pool, _) = try pool([
      ("kept", [accepted, kept(0.95)]), ("rewritten", [accepted, kept(1), kept(0.4)]),
      ("too early", [accepted, kept(1, after: 30)]), ("rejected", [kept(1)]),
      ("also kept", [accepted, kept(1)]), ("also kept", [accepted, kept(1)]),
    ])
    let found = try pool.harvestCandidates()
    #expect(found.map(\.suggestion.text) == ["also kept", "kept"])
    #expect(found.last?.keptShare == 0.95)
    #expect(try pool.harvestCandidates(limit: 1).count == 1)
    #expect(try pool.harvestCandidates(rule: HarvestRule(keptShare: 0.3)).count == 3)
  }

  @Test func whatIsTakenIsAnExemplarAndNotOfferedAgain() throws {
    let (pool, ids) = try pool([
      ("one", [accepted, kept(1)]), ("two", [accepted, kept(1)]), ("three", [accepted, kept(1)]),
    ])
    let exemplar = try pool.harvest(ids[0])
    #expect(
      exemplar.draft
        == ExemplarDraft(
          instruction: "sort it", input: "[2, 1]", output: "one", tags: ["harvested"],
          language: "swift"))
    #expect(exemplar.pool == "harvested" && exemplar.origin == "editor")
    try pool.declineHarvest(of: ids[1])
    #expect(try pool.harvestCandidates().map(\.suggestion.id) == [ids[2]])
    #expect(throws: PromptPoolError.duplicate(of: exemplar.id)) { try pool.harvest(ids[0]) }
    // What was removed is not offered again either.
    try pool.remove(exemplar.id)
    #expect(try pool.harvestCandidates().map(\.suggestion.id) == [ids[2]])
  }

  @Test func secretsAndDocumentsThatMustNotBeQuotedAreRefused() throws {
    let (pool, ids) = try pool([
      ("a\npassword = \"hu7Nter2x9Q\"", [accepted, kept(1)]), ("fine", [accepted, kept(1)]),
    ])
    #expect(
      throws: PromptPoolError.invalidExemplar(
        reason: "“output” seems to hold a password or key, in its line 2")
    ) { try pool.harvest(ids[0]) }
    #expect(throws: PromptPoolError.invalidExemplar(reason: "file:///a.swift is ignored")) {
      try pool.harvest(ids[1]) { "\($0) is ignored" }
    }
    #expect(throws: PromptPoolError.suggestionNotFound("none")) { try pool.harvest("none") }
    #expect(try pool.count() == 0)
  }
}
