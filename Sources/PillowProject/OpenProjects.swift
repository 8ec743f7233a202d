public import CompletionEngine
public import Foundation
import ModelStore
public import Settings
import Synchronization

/// The projects of a process: each folder is opened once, when it is first needed, and again when
/// settings change that it was opened with.
public final class OpenProjects: Sendable {
  public let models: ModelLibrary
  private let starterPools: URL?
  private let makeEngine: (@Sendable (PillowSettings) -> any CompletionEngine)?
  private let willOpen: @Sendable (URL) async throws -> Void
  /// By the path of the folder.
  private let now: @Sendable () -> Date
  private let opened = Mutex<[String: Opened]>([:])

  private struct Opened {
    var settings: PillowSettings
    var task: Task<Project, any Error>
  }

  /// - Parameters:
  ///   - starterPools: the folder of the pools that come with the program.
  ///   - engine: what completes in a project with these settings; by default the embedded engine.
  ///   - now: the time by which history is too old to keep.
  ///   - willOpen: runs before a folder's project is opened; tests hold the server there.
  public init(
    models: ModelLibrary = ModelLibrary(), starterPools: URL? = StarterPools.folder(),
    engine: (@Sendable (PillowSettings) -> any CompletionEngine)? = nil,
    now: @escaping @Sendable () -> Date = { Date() },
    willOpen: @escaping @Sendable (URL) async throws -> Void = { _ in }
  ) {
    self.models = models
    self.now = now
    self.willOpen = willOpen
    self.starterPools = starterPools
    makeEngine = engine
  }

  /// Where files outside any workspace folder belong: the user's own pool.
  public var personalRoot: URL {
    models.store.folder.url.appending(path: "personal").standardizedFileURL
  }

  /// The project of a folder. When settings have changed that it was opened with, it is opened
  /// again: the earlier one stops its background work, and what it is doing goes on to its end.
  ///
  /// - Parameter onOpen: runs before anything is asked of a project that was just opened; `isFirst`
  ///   tells whether the folder was not open before.
  /// - Throws: ``ProjectError``, `PromptPoolError`. The next call tries again.
  public func project(
    at root: URL, settings: PillowSettings,
    onOpen: @escaping @Sendable (_ project: Project, _ isFirst: Bool) async -> Void
  ) async throws -> Project {
    let settings = settings.openedWith
    let (task, earlier) = opened.withLock { opened in
      let known = opened[root.path]
      if let known, known.settings == settings {
        return (known.task, nil as Task<Project, any Error>?)
      }
      let task = Task { [self] in
        try await willOpen(root)
        let project = try await open(root, settings)
        await onOpen(project, known == nil)
        return project
      }
      opened[root.path] = Opened(settings: settings, task: task)
      return (task, known?.task)
    }
    if let earlier { Task { try? await earlier.value.close() } }
    do {
      return try await task.value
    } catch {
      // What is wrong may be put right, so the next request tries again.
      opened.withLock { if $0[root.path]?.task == task { $0[root.path] = nil } }
      throw error
    }
  }

  /// The project of a folder, if it is open.
  public func project(at root: URL) async throws -> Project? {
    let task = opened.withLock { $0[root.path]?.task }
    return try await task?.value
  }

  public func all() async -> [Project] {
    var projects: [Project] = []
    for task in opened.withLock({ $0.values.map(\.task) }) {
      if let project = try? await task.value { projects.append(project) }
    }
    return projects
  }

  /// Stops the background work of a folder's project and forgets it.
  public func close(_ root: URL) {
    guard let task = opened.withLock({ $0.removeValue(forKey: root.path)?.task }) else { return }
    Task { try? await task.value.close() }
  }

  private func open(_ root: URL, _ settings: PillowSettings) async throws -> Project {
    if root.standardizedFileURL == personalRoot {
      let folder = models.store.folder
      try await offPool { try folder.create(root) }
    }
    // Both take their time, and the first match needs both.
    Task.detached { [models] in _ = try? await models.encoder() }
    let settings = settings.resolvingPaths(in: root)
    let project = try await Project.open(
      root: root, settings: settings, models: models, engine: makeEngine?(settings),
      starterPools: starterPools, goesOn: true)
    project.watch()
    Task.detached(priority: .background) { [now] in
      _ = try? await offPool { try project.removeOldHistory(now: now()) }
    }
    return project
  }
}
