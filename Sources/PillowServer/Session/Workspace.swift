import Foundation
import LanguageServerProtocol
import PillowProject
import Synchronization

/// The workspace folders, and which project a document belongs to.
final class Workspace: Sendable {
  private let projects: OpenProjects
  private let settings: ClientSettings
  private let state = Mutex(State())

  private struct State {
    var roots: [URL] = []
  }

  /// Runs when a project is opened, before anything is asked of it; also when it is opened again.
  private let onOpen: @Sendable (Project, _ isFirst: Bool) async -> Void

  init(
    projects: OpenProjects, settings: ClientSettings,
    onOpen: @escaping @Sendable (Project, _ isFirst: Bool) async -> Void
  ) {
    self.onOpen = onOpen
    self.settings = settings
    self.projects = projects
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
    }
    for root in removed { projects.close(root) }
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

  /// The workspace folder that holds a document; `nil` where it belongs to the user's own.
  func folder(of uri: String) -> URL? {
    let root = root(of: uri)
    return roots.contains(root) ? root : nil
  }

  private var personalRoot: URL { projects.personalRoot }

  func project(for uri: String) async throws -> Project {
    try await project(at: root(of: uri))
  }

  /// The project of a folder, opened with the settings that hold for it now.
  func project(at root: URL) async throws -> Project {
    try await projects.project(
      at: root, settings: settings.settings(of: root).settings, onOpen: onOpen)
  }

  /// The project of a folder, if it is open. What comes back from a client opens nothing.
  func openProject(at root: URL) async throws -> Project? {
    try await projects.project(at: root)
  }

  /// The projects that have been opened, for what names no document.
  func openProjects() async -> [Project] { await projects.all() }

  /// Opens the projects of all folders in the background.
  func prepare() {
    for root in state.withLock({ $0.roots }) {
      Task { try? await project(at: root).prepare() }
    }
  }
}
