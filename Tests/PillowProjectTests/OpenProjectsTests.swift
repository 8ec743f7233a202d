import CompletionEngine
import Foundation
import ModelStore
import PillowProject
import PromptPool
import Settings
import TestSupport
import Testing

@Suite struct OpenProjectsTests {
  private func settings(_ change: (inout PillowSettings) -> Void = { _ in }) -> PillowSettings {
    var settings = PillowSettings.defaults
    change(&settings)
    return settings
  }

  @Test func aFolderIsOpenedOnceAndAgainWhenItsSettingsChange() async throws {
    let scratch = try ScratchProject()
    let open = OpenProjects(models: ModelLibrary(store: ModelStore(folder: scratch.data)))
    let first = try await open.project(at: scratch.root, settings: settings()) { _, isFirst in
      #expect(isFirst)
    }
    var harvest = settings()
    harvest.harvest = .never
    let same = try await open.project(at: scratch.root, settings: harvest) { _, _ in
      Issue.record("what is looked up where it counts opens nothing")
    }
    #expect(same === first)
    let other = try await open.project(at: scratch.root, settings: settings { $0.shots = 1 }) {
      _, isFirst in #expect(!isFirst)
    }
    #expect(other !== first && other.settings.shots == 1)
    #expect(await open.all().count == 1)
  }

  /// What was closed follows nothing any more.
  @Test func aReopenedProjectsPredecessorStopsItsWatch() async throws {
    let scratch = try ScratchProject()
    let open = OpenProjects(models: ModelLibrary(store: ModelStore(folder: scratch.data)))
    let first = try await open.project(at: scratch.root, settings: settings()) { _, _ in }
    #expect(first.isWatching)
    _ = try await open.project(at: scratch.root, settings: settings { $0.shots = 1 }) { _, _ in }
    while first.isWatching { try await letOthersRun() }
  }

  /// One model per choice, however many projects make it; none when nobody uses it any more.
  @Test func modelsAreSharedAndReleased() throws {
    let library = ModelLibrary()
    do {
      let engines = [
        library.engine(settings()), library.engine(settings { $0.adapter = "/an/adapter" }),
        library.engine(settings { $0.model = "/a/model.gguf" }),
      ]
      #expect(library.modelsInUse == 2)
      withExtendedLifetime(engines) {}
    }
    #expect(library.modelsInUse == 0)
  }

  @Test(.enabled(if: TestModels.exists(TestModels.smolLM2)))
  func theDefaultReleasesAnIdleModel() async throws {
    let engine = ModelLibrary().engine(settings())
    _ = try await engine.answeringModel()
    #expect(engine.releaseIdle(now: .now + .seconds(60 * 20)) != nil)
    #expect(engine.releaseIdle(now: .now + .seconds(60 * 31)) == nil)
  }
}

@Suite struct PromotionTestTests {
  @Test func onlyWhatIsBetterByMoreThanChanceIsPromoted() {
    let serving = (0..<20).map { Double($0 % 3) }
    #expect(
      PromotionTest(trained: serving.map { $0 + 0.1 }, serving: serving, queries: 100).isPassed)
    #expect(!PromotionTest(trained: serving, serving: serving, queries: 100).isPassed)
    let noise = serving.enumerated().map { $1 + ($0 % 2 == 0 ? 1 : -0.95) }
    #expect(!PromotionTest(trained: noise, serving: serving, queries: 100).isPassed)
  }

  @Test func fewQueriesPromoteNothingAndSaySo() {
    let test = PromotionTest(trained: [1, 1], serving: [0, 0], queries: 9)
    #expect(!test.isPassed)
    #expect(test.summary.contains("9 queries are too few") && test.summary.contains("50"))
  }
}

@Suite struct ForgettingTests {
  @Test func draftsAndAnswersGoToo() throws {
    let scratch = try ScratchProject()
    let project = try scratch.open()
    let exemplar = try project.pool.add(haiku)
    let draft = Project.draft(of: exemplar.id, in: project.pool)
    try FileManager.default.createDirectory(
      at: draft.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(haiku.output.utf8).write(to: draft)
    // What models have read of exemplars tells something of them, too.
    let blocks = scratch.data.blocks
    try FileManager.default.createDirectory(at: blocks, withIntermediateDirectories: true)
    try Data("read".utf8).write(to: blocks.appending(path: "0.kv"))
    try project.forget(exemplar.id)
    #expect(!FileManager.default.fileExists(atPath: draft.path))
    #expect(!FileManager.default.fileExists(atPath: blocks.path))
    #expect(try project.pool.exemplar(exemplar.id) == nil)
  }
}
