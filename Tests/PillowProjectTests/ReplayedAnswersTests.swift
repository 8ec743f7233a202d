import CompletionEngine
import FineTuning
import Foundation
import PillowProject
import TestSupport
import Testing

@Suite(
  .enabled(if: TestModels.exists(TestModels.smolLM2), "SmolLM2-135M-Instruct is not installed"))
struct ReplayedAnswersTests {
  private static let engine = EmbeddedEngine(file: TestModels.smolLM2)
  private static let pools = TestPaths.package.appending(path: "Pools")

  private func draw(_ count: Int, seed: UInt64) async throws -> [TrainingExample] {
    try await ReplayedAnswers.draw(count, from: Self.engine, seed: seed, pools: Self.pools)
  }

  @Test func answersAreTheModelsOwnAndRepeatable() async throws {
    let answers = try await draw(3, seed: 1)
    #expect(answers.count == 3)
    for answer in answers {
      #expect(answer.isReplayed && answer.weight == 1)
      let texts = answer.texts
      #expect(!texts[0].isEmpty && !texts[2].isEmpty)
    }
    #expect(try await draw(3, seed: 1) == answers)
    let others = try await draw(3, seed: 2)
    #expect(others != answers)
  }

  @Test func withoutPoolsThereIsNothingToAsk() async throws {
    #expect(
      try await ReplayedAnswers.draw(3, from: Self.engine, seed: 1, pools: nil).isEmpty)
  }

  @Test(arguments: [(0, 0), (0.1, 10), (0.5, 90), (0.9, 810)])
  func aShareIsOfEverythingThatIsTrainedOn(share: Double, count: Int) {
    #expect(ReplayedAnswers.count(share: share, beside: 90) == count)
  }
}
