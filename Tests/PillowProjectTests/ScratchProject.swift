import CompletionEngine
import Foundation
import PillowProject
import ModelStore
import PromptPool
import Settings
import Synchronization
import TestSupport

/// A project's folder and a data folder with the installed models, both removed with the object.
final class ScratchProject {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "project-\(UUID().uuidString)")
  var root: URL { folder.appending(path: "root") }
  var shared: URL { root.appending(path: ".pillow/pools") }
  var data: DataFolder { DataFolder(url: folder.appending(path: "data")) }
  var database: URL { data.databaseURL(forProject: root) }

  init() throws {
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
    try data.create(data.url)
    try FileManager.default.createSymbolicLink(
      at: data.models, withDestinationURL: TestModels.folder)
  }

  deinit {
    try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    try? FileManager.default.removeItem(at: folder)
  }

  func open(
    limits: MatchingLimits = MatchingLimits(), goesOn: Bool = false,
    settings: PillowSettings? = nil, engine: (any CompletionEngine)? = nil
  ) throws -> Project {
    try Project(
      root: root, settings: settings ?? PillowSettings.ofProject(root, environment: [:]).settings,
      models: ModelLibrary(store: ModelStore(folder: data)), engine: engine,
      starterPools: TestPaths.package.appending(path: "Pools"), goesOn: goesOn, limits: limits)
  }

  func write(_ drafts: [ExemplarDraft], to name: String) throws {
    let text = drafts.map { $0.jsonLine + "\n" }.joined()
    try Data(text.utf8).write(to: shared.appending(path: name), options: .atomic)
  }
}

/// What a project has told.
final class Told: Sendable {
  private let events = Mutex<[ProjectEvent]>([])
  private let stream: AsyncStream<ProjectEvent>

  init(_ project: Project) {
    let (stream, continuation) = AsyncStream.makeStream(of: ProjectEvent.self)
    self.stream = stream
    project.observe { [self] event in
      events.withLock { $0.append(event) }
      continuation.yield(event)
    }
  }

  var all: [ProjectEvent] { events.withLock { $0 } }

  var problems: [String] {
    all.compactMap { if case .problem(let sentence) = $0 { sentence } else { nil } }
  }

  /// Waits until the background has embedded everything.
  func embedded() async -> [EmbeddingProgress] {
    var progress: [EmbeddingProgress] = []
    for await event in stream {
      guard case .embedding(let step) = event else { continue }
      progress.append(step)
      if step.isFinished { break }
    }
    return progress
  }
}

let files = ExemplarDraft(instruction: "List the files of a folder by size.", output: "ls -S")
let haiku = ExemplarDraft(instruction: "Write a haiku about rain.", output: "Rain on the tin roof")
let rows = ExemplarDraft(instruction: "Count the rows of a table.", output: "SELECT count(*)")
