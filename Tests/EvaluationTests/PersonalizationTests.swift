import CompletionEngine
import Evaluation
import Foundation
import Personalization
import PillowProject
import PromptMatching
import Reports
import Settings
import Testing

@Suite struct PersonStreamTests {
  private func rows(_ lines: [String]) throws -> [PersonRow] {
    try lines.map { try JSONDecoder().decode(PersonRow.self, from: Data($0.utf8)) }
  }

  private func tasks(_ tasks: Int, of count: Int) throws -> [PersonRow] {
    try rows(
      (0..<tasks * count).map {
        #"{"task": "t\#($0 % tasks)", "instruction": "ask \#($0)", "output": "say \#($0)"}"#
      })
  }

  @Test func personsKeepTheirRowsAndTheirOrder() throws {
    let rows = try rows([
      #"{"person": "a", "instruction": "1", "input": "", "output": "x"}"#,
      #"{"person": "b", "instruction": "2", "input": null, "output": "y"}"#,
      #"{"person": "a", "instruction": "3", "output": "z"}"#,
      #"{"person": "c", "instruction": "4", "output": "w"}"#,
    ])
    let streams = try PersonStream.make(rows, persons: 2, instructions: 10, seed: 1)
    #expect(streams.map(\.name) == ["a", "b"])
    #expect(streams[0].rows.map(\.instruction) == ["1", "3"])
    #expect(streams[0].change == 1)
  }

  @Test func theSameSeedMakesTheSamePersons() throws {
    let rows = try tasks(6, of: 20)
    func make(_ seed: UInt64) throws -> [[Demonstration]] {
      try PersonStream.make(rows, persons: 3, instructions: 30, seed: seed).map(\.rows)
    }
    #expect(try make(1) == make(1))
    #expect(try make(1) != make(2))
    #expect(try make(1).allSatisfy { $0.count == 30 })
  }

  @Test func whatThePoolHasIsNotAsked() throws {
    let rows = try tasks(1, of: 4)
    let streams = try PersonStream.make(
      rows, persons: 1, instructions: 10, seed: 1, known: [rows[0].request])
    #expect(streams[0].rows.count == 3)
    #expect(throws: DataSetError.self) {
      try PersonStream.make(
        rows, persons: 1, instructions: 10, seed: 1, known: Set(rows.map(\.request)))
    }
  }

  @Test func stylesChangeLettersAndEnds() {
    #expect(WritingStyle(.lower, .withStop).applied(to: "Yes") == "yes.")
    #expect(WritingStyle(.capitalised, .withoutStop).applied(to: "two words.") == "Two Words")
    #expect(WritingStyle(.asTheyAre, .withStop).applied(to: "why?") == "why?")
    #expect(WritingStyle().applied(to: "as it is") == "as it is")
  }
}

/// Answers as the last shot does: it is right where the shot is of the same kind.
private struct CopyingEngine: CompletionEngine {
  func identity() async throws -> EngineIdentity {
    EngineIdentity(model: "copying", promptForm: "test")
  }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    Completion(
      text: conversation.shots.last?.output ?? "nothing",
      identity: try await identity(), shots: Array(conversation.shots.indices))
  }
}

@Suite struct PersonalizationExperimentTests {
  /// With an engine that copies its best shot, a pool that grows by what people keep has to help, and
  /// the arms leave a result for everyone.
  @Test func harvestedTextsHelpAnEngineThatCopies() async throws {
    let kinds = [
      ("Capital of the country number", "the capital is unknown to me"),
      ("Colour of the fruit number", "the fruit is certainly rather green"),
    ]
    let rows = try (0..<24).map { place in
      let (ask, say) = kinds[place % 2]
      let line =
        #"{"person": "p\#(place / 12)", "instruction": "\#(ask) \#(place)", "output": "\#(say)"}"#
      return try JSONDecoder().decode(PersonRow.self, from: Data(line.utf8))
    }
    var options = PersonalizationExperiment.Options()
    options.arms = [.nothing, .harvest, .fast, .shuffled]
    var settings = PillowSettings()
    settings.shots = 1
    let experiment = PersonalizationExperiment(
      streams: try PersonStream.make(rows, persons: 2, instructions: 12, seed: 1),
      pool: [Demonstration(instruction: "Say hello", output: "hello")], settings: settings,
      engine: CopyingEngine(), tuned: { _ in CopyingEngine() }, models: ModelLibrary(),
      shipped: SuggestionGate(bias: 0, weights: [0, 0]), options: options
    ) { request, match, project in
      let completion = try await project.complete(request, match: match)
      return SimulatedAnswer(
        text: completion.text, completion: completion, evidence: [0.5, 1], isFaulty: false)
    }
    let results = try await experiment.run()
    #expect(Set(results.arms.keys) == Set(options.arms.map(\.rawValue)))
    let nothing = try #require(results.lastThird["nothing"])
    let harvest = try #require(results.lastThird["harvest"])
    #expect(nothing.opportunities == 8)
    #expect(nothing.keptPerOpportunity.mean == 0)
    #expect(harvest.keptPerOpportunity.mean > 5)
    #expect(harvest.editDistance.mean < nothing.editDistance.mean)
    #expect(results.shownAfterThreeRejects.values.allSatisfy { $0 == 0 })
    let json = try JSONSerialization.jsonObject(with: results.json()) as? [String: Any]
    let arm = (json?["arms"] as? [String: Any])?["harvest"] as? [String: Any]
    #expect(
      (arm?["keptPerOpportunity"] as? [String: Double])?.keys.sorted() == ["high", "low", "mean"])
    #expect(arm?["shown"] is Int)
    #expect(PersonalizationPage(results).html.contains("<svg"))
  }
}
