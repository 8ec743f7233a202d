import CompletionEngine
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

/// Before anybody has accepted anything, a pool can teach which of its exemplars help each other.
@Suite(.enabled(if: TestModels.exists(TestModels.miniLM), "the sentence encoder is not installed"))
struct PoolLearningTests {
  private func drafts(_ numbers: Range<Int>) -> [ExemplarDraft] {
    let kinds = ["colour", "weight", "origin"]
    return numbers.map { number in
      let kind = kinds[number % kinds.count]
      return ExemplarDraft(
        instruction: "Note the \(kind) of stone \(number * 7919 % 10_007).",
        output: "\(kind) \(number)")
    }
  }

  private func add(_ numbers: Range<Int>, to project: Project) async throws {
    let drafts = drafts(numbers)
    try await project.withPool { pool in
      for draft in drafts { try pool.add(draft, pool: "stones") }
    }
    project.poolChanged()
  }

  @Test func aPoolAsksItselfOnceAndWhenItHasDoubled() async throws {
    let scratch = try ScratchProject()
    let project = try scratch.open(settings: .defaults, engine: KindEngine())
    let learning = IdleLearning(budget: 1, seed: 3)
    try await add(0..<399, to: project)
    #expect(try await project.learnFromPool(learning) == nil)
    try await add(399..<400, to: project)
    let first = try #require(try await project.learnFromPool(learning))
    #expect(first.queries == 400 && first.exemplars == 400)
    #expect(first.promotion.isLargeEnough)
    #expect((try project.pool.servedMatcher() != nil) == first.promotion.isPassed)
    #expect(try await project.learnFromPool(learning) == nil, "nothing is new")
    try await add(400..<800, to: project)
    #expect(try await project.learnFromPool(learning) != nil)
    try await project.resetLearning()
    #expect(try project.pool.servedMatcher() == nil)
    #expect(try project.pool.exemplarsLearnedFrom() == 0)
  }

  @Test func withoutLearningNothingIsTrained() async throws {
    let scratch = try ScratchProject()
    var settings = PillowSettings.defaults
    var off = LearningSettings()
    off.enabled = false
    settings.learning = off
    let project = try scratch.open(settings: settings, engine: KindEngine())
    try await add(0..<420, to: project)
    #expect(try await project.learnFromPool(IdleLearning(budget: 1)) == nil)
  }
}
