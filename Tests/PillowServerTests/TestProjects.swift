import CompletionEngine
import Foundation
import Kernels
import ModelStore
import PillowProject
import PillowServer
import PromptPool
import Settings
import TestSupport

/// Real projects in folders of their own, with real SQLite and the real sentence encoder. Only the
/// engine is scripted: what a model says and when is nothing that a test of the protocol can lean
/// on.
final class TestProjects: Sendable {
  let engine: ScriptedEngine
  let open: OpenProjects
  /// Stands for `file:///project`.
  let root: URL
  private let folder: TemporaryFolder
  private let models: ModelLibrary

  static let adder = ExemplarDraft(
    instruction: "Write a function that adds two numbers.", input: "ints",
    output: "def add(a, b):\n    return a + b", tags: ["python", "maths"], language: "python")

  /// The encoder is loaded once for all tests.
  private static let shared = ModelLibrary()

  /// - Parameters:
  ///   - exemplars: of the pool `starter`.
  ///   - sharedPools: lines of files in `.pillow/pools`, by name.
  init(
    exemplars: [ExemplarDraft] = [adder], sharedPools: [String: String] = [:],
    _ answer: @escaping ScriptedEngine.Answer = { _ in "return 1" },
    willOpen: @escaping @Sendable (URL) async throws -> Void = { _ in }
  ) {
    // Opening OpenBLAS may set an environment variable, which must not happen while a test starts a
    // process.
    _ = MatrixLibrary.core
    let engine = ScriptedEngine(answer)
    self.engine = engine
    do {
      folder = try TemporaryFolder()
      root = folder.file("project")
      let pools = root.appending(path: ".pillow/pools")
      try FileManager.default.createDirectory(at: pools, withIntermediateDirectories: true)
      for (name, lines) in sharedPools {
        try Data(lines.utf8).write(to: pools.appending(path: name))
      }
      let data = DataFolder(url: folder.file("data"))
      try data.create(data.url)
      try FileManager.default.createSymbolicLink(
        at: data.models, withDestinationURL: TestModels.folder)
      models = ModelLibrary(store: ModelStore(folder: data), sharingEncoderOf: Self.shared)
      open = OpenProjects(
        models: models, starterPools: nil, engine: { _ in engine },
        now: { ManualClock.start }, willOpen: willOpen)
      let pool = try PromptPool(at: data.databaseURL(forProject: root))
      for exemplar in exemplars { try pool.add(exemplar, pool: "starter") }
    } catch {
      fatalError("no project for the test: \(error)")
    }
  }

  /// The project's pool, as another process would open it.
  var pool: PromptPool {
    get throws { try PromptPool(at: models.store.folder.databaseURL(forProject: root)) }
  }

  /// The project as the server has it.
  var project: Project {
    get async throws {
      guard let project = try await open.project(at: root) else {
        throw CancellationError()
      }
      return project
    }
  }

  /// What has been stored of suggestions, oldest first.
  var suggestions: [Suggestion] {
    get throws { try pool.suggestions(limit: 1000).reversed() }
  }

  /// What became of them, suggestion by suggestion; without the time, which no test is about.
  var feedback: [Feedback] {
    get throws {
      let pool = try pool
      return try suggestions.flatMap { try pool.feedback(on: $0.id) }.map { event in
        var event = event
        event.at = Date(timeIntervalSince1970: 0)
        return event
      }
    }
  }

  func feedback(_ event: FeedbackEvent) throws -> [Feedback] {
    try feedback.filter { $0.event == event }
  }
}

extension Feedback {
  /// An event without its time.
  static func event(
    _ event: FeedbackEvent, _ id: String, acceptedLength: Int? = nil, reason: String? = nil
  ) -> Feedback {
    Feedback(
      suggestionID: id, event: event, at: Date(timeIntervalSince1970: 0),
      acceptedLength: acceptedLength, reason: reason)
  }
}
