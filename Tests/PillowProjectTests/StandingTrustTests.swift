import Foundation
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

/// Texts below instructions are learned from only where they answer them.
@Suite(
  .enabled(
    if: TestModels.exists(TestModels.smolLM2) && TestModels.exists(TestModels.miniLM),
    "the default models are not installed"))
struct StandingTrustTests {
  private struct Row: Decodable {
    var instruction: String
    var input: String?
    var output: String
  }

  /// One request of each kind, with its answer; kinds differ in the first word of their pools' names.
  private func requests() throws -> [ExemplarDraft] {
    let folder = TestPaths.package.appending(path: "Pools")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".jsonl") }
    return try Dictionary(grouping: names) { $0.prefix { $0.isLetter } }
      .compactMap(\.value.first).sorted().map { name in
        let data = try Data(contentsOf: folder.appending(path: name))
        let line = try #require(data.split(separator: UInt8(ascii: "\n")).first)
        let row = try JSONDecoder().decode(Row.self, from: Data(line))
        return ExemplarDraft(
          instruction: row.instruction, input: row.input ?? "", output: row.output)
      }
  }

  /// Writes an answer of its own below each instruction, and harvests after each.
  private func write(
    _ requests: [ExemplarDraft], _ answers: [String], _ project: Project
  ) async throws {
    for (number, (request, answer)) in zip(requests, answers).enumerated() {
      let asked = InstructionRequest(instruction: request.instruction, input: request.input)
      let at = Date(timeIntervalSince1970: 1_700_000_000 + Double(number))
      _ = try await project.record(
        StandingText(answer, kind: .typed, at: at), below: asked, documentURI: nil)
      try await project.harvestStandingTexts()
    }
  }

  @Test func answersBecomeExemplars() async throws {
    let scratch = try ScratchProject()
    let project = try scratch.open(settings: .defaults)
    let requests = try requests()
    try await write(requests, requests.map(\.output), project)
    #expect(try await project.trustsStandingTexts())
    let harvested = try project.pool.exemplars(pool: "harvested")
    #expect(harvested.count >= requests.count - 3)
    for exemplar in harvested {
      let request = try #require(requests.first { $0.instruction == exemplar.instruction })
      #expect(exemplar.output == request.output)
    }
  }

  @Test func nothingIsLearnedFromTextsThatAnswerOtherInstructions() async throws {
    let scratch = try ScratchProject()
    let project = try scratch.open(settings: .defaults)
    let requests = try requests()
    let answers = requests.map(\.output)
    func shifted(_ by: Int) -> [String] { Array(answers.dropFirst(by) + answers.prefix(by)) }
    try await write(requests, shifted(5), project)
    #expect(try await project.trustsStandingTexts() == false)
    #expect(try await project.learningStatus().trustsStandingTexts == false)
    let before = try project.pool.exemplars(pool: "harvested").count
    try await write(requests, shifted(9), project)
    #expect(try project.pool.exemplars(pool: "harvested").count == before)
    let learning = IdleLearning(budget: 1, leastTexts: 4)
    #expect(try await project.learnPolicy(learning) == nil)
    #expect(try await project.learnAdapter(learning) == nil)
    // What is right from now on is believed again.
    try await write(requests, answers, project)
    try await write(requests.reversed(), answers.reversed(), project)
    #expect(try await project.trustsStandingTexts())
    #expect(try project.pool.exemplars(pool: "harvested").count > before)
  }
}
