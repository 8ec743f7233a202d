import Foundation
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

@Suite(
  .enabled(if: TestModels.exists(TestModels.miniLM), "all-MiniLM-L6-v2 is not installed"))
struct MatcherChoiceTests {
  private let request = InstructionRequest(instruction: "Count the rows of a file by size.")

  private func project(_ settings: PillowSettings = PillowSettings()) throws -> (
    ScratchProject, Project
  ) {
    let scratch = try ScratchProject()
    try scratch.write([files, haiku, rows], to: "team.jsonl")
    return (scratch, try scratch.open(settings: settings))
  }

  @Test(arguments: [MatcherName.random, .knn, .mmr, .dpp, .bm25])
  func matchersKeepToPinnedAndMuted(_ name: MatcherName) async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    let ids = try project.pool.exemplars().map(\.id)
    try project.pool.pin(ids[1])
    try project.pool.mute(ids[2])
    let match = try await project.match(request, shots: 3, options: .init(matcher: name))
    #expect(match.shots.first?.exemplar.id == ids[1])
    #expect(match.shots.map(\.exemplar.id).sorted() == [ids[0], ids[1]])
    #expect(match.policyVersion == name.rawValue)
    #expect(match.chooser.contains(name.rawValue))
    #expect(match.propensity == 1)
  }

  @Test func aRandomListHasItsExactPropensity() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    let match = try await project.match(
      request, shots: 2, seed: 3, options: .init(matcher: .random))
    #expect(abs(match.propensity - 1.0 / 6) < 1e-12)
    let expected: [Double] = [1.0 / 3, 1.0 / 2]
    #expect(match.shots.map(\.probability) == expected)
  }

  @Test func wordsAndMeaningChooseDifferently() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    let poem = InstructionRequest(instruction: "Compose verses on a downpour by size of a folder.")
    let byWords = try await project.match(poem, shots: 1, options: .init(matcher: .bm25))
    let byMeaning = try await project.match(
      InstructionRequest(instruction: "Compose verses on a downpour."), shots: 1,
      options: .init(matcher: .knn))
    #expect(byWords.shots.first?.exemplar.instruction == files.instruction)
    #expect(byMeaning.shots.first?.exemplar.instruction == haiku.instruction)
  }

  @Test func whatWasNotTrainedOrNeedsGoldSaysSo() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    for name in [MatcherName.supervised, .bestFixedSet] {
      await #expect(throws: ProjectError.matcherUntrained(name: name.rawValue)) {
        try await project.match(request, options: .init(matcher: name))
      }
    }
    await #expect(throws: ProjectError.matcherNeedsGold(name: "oracle")) {
      try await project.match(request, options: .init(matcher: .oracle))
    }
  }

  @Test func theSettingsChooseTheMatcher() async throws {
    var settings = PillowSettings()
    settings.matcher = .bm25
    let (scratch, project) = try project(settings)
    defer { withExtendedLifetime(scratch) {} }
    #expect(try await project.match(request).policyVersion == "bm25")
    #expect(
      try await project.match(request, options: .init(matcher: .policy)).policyVersion.hasPrefix(
        "0-"))
  }

  @Test func explorationDrawsTheSameListForTheSameInstruction() async throws {
    var settings = PillowSettings()
    settings.exploration = 1
    let (scratch, project) = try project(settings)
    defer { withExtendedLifetime(scratch) {} }
    let first = try await project.match(request, shots: 2)
    // What the draw was made with is recorded, and repeats it in any process.
    #expect(first.draw == .init(seed: 10_773_622_175_682_444_268, epsilon: 1))
    #expect(Set(first.candidates) == Set(try project.pool.exemplars().map(\.id)))
    // With ε = 1 every choice of a step is as likely as any other, the end of the list included.
    let choices = [4.0, 3.0].prefix(first.shots.count + 1)
    #expect(abs(first.propensity - 1 / choices.reduce(1, *)) < 1e-9)
    let second = try await project.match(request, shots: 2)
    #expect(first.shots.map(\.exemplar.id) == second.shots.map(\.exemplar.id))
    let greedy = try ScratchProject().open()
    #expect(greedy.settings.exploration == 0)
  }

  @Test func anotherEncodersVersionIsPassedOverAndNamed() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    let foreign = MatchingNetwork.dayZero(dimensions: 384, encoderIdentity: "another-encoder")
    let version = try project.pool.storeMatcher(
      parameters: foreign.serialized(), encoder: "another-encoder")
    try project.pool.serveMatcher(version)
    project.poolChanged()
    let match = try await project.match(request, shots: 1)
    #expect(match.policyVersion.hasPrefix("0-"))
    #expect(match.chooser.contains("version \(version) is passed over"))
    #expect(match.chooser.contains("another-encoder"))
  }

  @Test func aSettingOutOfRangeIsNamedAndTheDefaultUsed() throws {
    let scratch = try ScratchProject()
    let file = scratch.root.appending(path: ".pillow/config.json")
    for (text, word) in [
      (#"{"exploration": 2}"#, "exploration"), (#"{"matcher": "best"}"#, "matcher"),
      (#"{"historyDays": 0}"#, "historyDays"), (#"{"harvest": "sometimes"}"#, "harvest"),
    ] {
      try Data(text.utf8).write(to: file)
      let (settings, problems) = PillowSettings.ofProject(scratch.root, environment: [:])
      #expect(problems.count == 1 && problems.first?.contains(word) == true)
      #expect(settings == .defaults)
    }
  }
}
