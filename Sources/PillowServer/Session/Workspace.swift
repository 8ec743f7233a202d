import Foundation
import LanguageServerProtocol
import PillowProject
import Synchronization
import WorkspaceRules

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
