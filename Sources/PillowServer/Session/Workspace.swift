import Foundation
import LanguageServerProtocol
import Synchronization

/// The workspace folders and their projects, each opened once, when it is first needed.
final class Workspace: Sendable {
  private let opening: any ProjectOpening
  private let settings: ClientSettings
  private let state = Mutex(State())

  private struct State {
    var roots: [URL] = []
    /// By the path of the folder.
    var services: [String: Opened] = [:]
  }

  /// A project, with the settings that it was opened with.
  private struct Opened {
    var settings: ServerSettings
    var task: Task<any CompletionService, any Error>
  }

  /// Runs when a project is opened, before anything is asked of it; also when it is opened anew.
  private let onOpen: @Sendable (any CompletionService, _ isFirst: Bool) -> Void

  init(
    opening: any ProjectOpening, settings: ClientSettings,
    onOpen: @escaping @Sendable (any CompletionService, _ isFirst: Bool) -> Void
  ) {
    self.onOpen = onOpen
    self.settings = settings
    self.opening = opening
  }

  func configure(roots: [URL]) {
    state.withLock { $0.roots = roots.map(\.standardizedFileURL) }
  }

  var roots: [URL] { state.withLock { $0.roots } }

  func change(added: [URL], removed: [URL]) {
    let removed = removed.map(\.standardizedFileURL)
    state.withLock { state in
      state.roots.removeAll { removed.contains($0) }
      state.roots += added.map(\.standardizedFileURL).filter { !state.roots.contains($0) }
      for root in removed { state.services[root.path] = nil }
    }
  }

  /// The folder that a document belongs to: the innermost that holds it, else the user's own. What
  /// is no file on this machine belongs to the first folder.
  func root(of uri: String) -> URL {
    let roots = state.withLock { $0.roots }
    switch DocumentPlace(uri) {
    case .file(let paths):
      guard let path = paths.first else { return personalRoot }
      // Folders may have been opened by a link, and documents behind one.
      return innermost(roots, holding: path.owner)
        ?? path.owner.resolved.flatMap { path in
          innermost(roots, holding: path) { $0.resolved ?? $0 }
        } ?? personalRoot
    case .remote(let path, let scheme, let authority):
      let sameHost = roots.filter { $0.scheme == scheme && $0.host() == authority }
      return innermost(sameHost, holding: path) ?? roots.first ?? personalRoot
    case .unnamed, .unknown: return roots.first ?? personalRoot
    }
  }

  private func innermost(
    _ roots: [URL], holding path: BytePath, by folder: (BytePath) -> BytePath = { $0 }
  ) -> URL? {
    roots.filter { path.isWithin(folder(BytePath($0.path))) }
      .max { $0.path.count < $1.path.count }
  }

  /// The workspace folder that holds a document; `nil` where it belongs to the user's own.
  func folder(of uri: String) -> URL? {
    let root = root(of: uri)
    return roots.contains(root) ? root : nil
  }

  private var personalRoot: URL { opening.personalRoot.standardizedFileURL }

  func service(for uri: String) async throws -> any CompletionService {
    try await service(at: root(of: uri))
  }

  /// The project of a folder. When settings have changed that it was opened with, it is opened
  /// anew; work on the old one goes on.
  func service(at root: URL) async throws -> any CompletionService {
    let chosen = settings.chosen(for: root).ofProject
    let task = state.withLock { state in
      let known = state.services[root.path]
      if let known, known.settings == chosen { return known.task }
      let isFirst = known == nil
      let task = Task { [opening, onOpen] in
        let service = try await opening.open(root, settings: chosen)
        onOpen(service, isFirst)
        return service
      }
      state.services[root.path] = Opened(settings: chosen, task: task)
      return task
    }
    do {
      return try await task.value
    } catch {
      // What is wrong may be put right, so the next request tries again.
      state.withLock { if $0.services[root.path]?.task == task { $0.services[root.path] = nil } }
      throw error
    }
  }

  /// The project of a folder, if it is open. What comes back from a client opens nothing.
  func openService(at root: URL) async throws -> (any CompletionService)? {
    let task = state.withLock { $0.services[root.path]?.task }
    return try await task?.value
  }

  /// The projects that have been opened, for what names no document.
  func openServices() async -> [any CompletionService] {
    let tasks = state.withLock { $0.services.values.map(\.task) }
    var services: [any CompletionService] = []
    for task in tasks {
      if let service = try? await task.value { services.append(service) }
    }
    return services
  }

  /// Opens the projects of all folders in the background.
  func prepare() {
    for root in state.withLock({ $0.roots }) {
      Task { try? await service(at: root).prepare() }
    }
  }
}

extension ServerSettings {
  /// Those that a project is opened with; the others are looked up where they count.
  fileprivate var ofProject: ServerSettings {
    var settings = ServerSettings()
    settings.starterPools = starterPools
    settings.shots = shots
    settings.maxTokens = maxTokens
    settings.temperature = temperature
    settings.model = model
    settings.adapter = adapter
    settings.adapterScale = adapterScale
    settings.chatTemplate = chatTemplate
    settings.threads = threads
    settings.unloadAfter = unloadAfter
    settings.matcher = matcher
    settings.exploration = exploration
    settings.historyDays = historyDays
    return settings
  }
}
