import Foundation
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

/// An interrupted training goes on only where everything is as it was.
@Suite(
  .enabled(
    if: TestModels.exists(TestModels.miniLM) && TestModels.exists(TestModels.smolLM2),
    "the models are not installed"))
struct TrainingCheckpointTests {
  private func name(
    adapter: String = "none", _ change: (inout MatcherTrainingRequest) -> Void = { _ in }
  ) async throws -> String {
    let scratch = try ScratchProject()
    let more = ["plum", "pear", "fig"].map {
      ExemplarDraft(instruction: "Write the plural of \($0).", output: $0 + "s")
    }
    try scratch.write([files, haiku, rows] + more, to: "team.jsonl")
    var settings = PillowSettings.defaults
    settings.adapter = adapter
    let project = try scratch.open(settings: settings)
    var request = MatcherTrainingRequest()
    request.options.shots = 1
    change(&request)
    return try await project.checkpoint(of: request).lastPathComponent
  }

  @Test func dependsOnRewardModelAdapterAndAnswers() async throws {
    let plain = try await name()
    #expect(try await name() == plain)
    let asked = Demonstration(instruction: "List the files.", input: "", output: "ls")
    let answered = Demonstration(instruction: "List the files.", input: "", output: "find .")
    let others = [
      try await name { $0.reward = .answer },
      try await name(adapter: ""),
      try await name { $0.options.seed = 7 },
      try await name { ($0.data, $0.poolAsks) = ([asked], true) },
      try await name { ($0.data, $0.poolAsks) = ([answered], true) },
    ]
    #expect(Set([plain] + others).count == others.count + 1)
  }
}
