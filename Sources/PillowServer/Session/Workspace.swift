import Foundation
import LanguageServerProtocol
import Synchronization

/// The workspace folders and their projects, each opened once, when it is first needed.
final class Workspace: Sendable {
  private let opening: any ProjectOpening
  private let notices: Notices
  private let settings: ClientSettings
  private let state = Mutex(State())

  private struct State {
    var roots: [URL] = []
    /// By the path of the folder.
    var services: [String: Task<any CompletionService, any Error>] = [:]
  }

  init(opening: any ProjectOpening, notices: Notices, settings: ClientSettings) {
    self.settings = settings
    self.opening = opening
    self.notices = notices
  }

  func configure(roots: [URL]) {
    state.withLock { $0.roots = roots.map(\.standardizedFileURL) }
  }

  var roots: [URL] { state.withLock { $0.roots } }

  /// Closes the projects, so that they are opened with the settings that hold now.
  func reopen() { state.withLock { $0.services = [:] } }

  func change(added: [URL], removed: [URL]) {
    let removed = removed.map(\.standardizedFileURL)
    state.withLock { state in
      state.roots.removeAll { removed.contains($0) }
      state.roots += added.map(\.standardizedFileURL).filter { !state.roots.contains($0) }
      for root in removed { state.services[root.path] = nil }
    }
  }

  /// The folder that a document belongs to: the innermost that holds it, else the user's own.
  func root(of uri: String) -> URL {
    let roots = state.withLock { $0.roots }
    guard let path = DocumentPath.path(of: uri) else { return roots.first ?? personalRoot }
    let holding = roots.filter { root in
      let folder = root.path
      return path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }
    return holding.max { $0.path.count < $1.path.count } ?? personalRoot
  }

  private var personalRoot: URL { opening.personalRoot.standardizedFileURL }

  func service(for uri: String) async throws -> any CompletionService {
    try await service(at: root(of: uri))
  }

  func service(at root: URL) async throws -> any CompletionService {
    let task = state.withLock { state in
      if let known = state.services[root.path] { return known }
      let task = Task { [opening, notices, settings] in
        let settings = settings.chosen(for: root)
        let service = try await opening.open(root, settings: settings)
        for problem in service.problems { notices.warn(problem) }
        return service
      }
      state.services[root.path] = task
      return task
    }
    do {
      return try await task.value
    } catch {
      // What is wrong may be put right, so the next request tries again.
      state.withLock { if $0.services[root.path] == task { $0.services[root.path] = nil } }
      throw error
    }
  }

  /// The project of a folder, if it is open. What comes back from a client opens nothing.
  func openService(at root: URL) async throws -> (any CompletionService)? {
    let task = state.withLock { $0.services[root.path] }
    return try await task?.value
  }

  /// The projects that have been opened, for what names no document.
  func openServices() async -> [any CompletionService] {
    let tasks = state.withLock { Array($0.services.values) }
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
