import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// How the server is doing: `pillow/status`, and `pillow/didChangeStatus` for clients that want it.
final class StatusReporter: Sendable {
  private let connection: Connection
  private let state = Mutex(State())

  fileprivate struct State {
    var isWanted = false
    var running = 0
    var problem: String?
    /// What projects have told, in that order, until it is over.
    var ofProjects: [(project: UUID, problem: String)] = []
    /// Completions that can be kept, by the project's folder.
    var harvest: [String: Int] = [:]
    /// Exemplars that can be mined, by the project's folder.
    var minable: [String: Int] = [:]
    /// How many of the latest suggestions were kept, in words; of the project that said it last.
    var learned: String?
    var last: PillowStatus?
  }

  init(connection: Connection) { self.connection = connection }

  var isWanted: Bool {
    get { state.withLock { $0.isWanted } }
    set { state.withLock { $0.isWanted = newValue } }
  }

  /// How the server is doing now.
  var current: PillowStatus { state.withLock { $0.status } }

  /// A completion begins, or ends with a problem or without.
  func began() { update { $0.running += 1 } }

  func ended(problem: String?) {
    update { state in
      state.running = max(0, state.running - 1)
      state.problem = problem
    }
  }

  /// What is wrong with a project until it is said to be something else, or nothing.
  func note(_ problem: String?, of project: UUID) {
    let isKnown = state.withLock { $0.ofProjects.contains { $0.project == project } }
    guard isKnown || problem != nil else { return }
    update { state in
      state.ofProjects.removeAll { $0.project == project }
      if let problem { state.ofProjects.append((project, problem)) }
    }
  }

  /// How many completions of a project can be kept as exemplars.
  func setHarvest(_ count: Int, of root: URL) {
    let folder = root.standardizedFileURL.path
    guard state.withLock({ $0.harvest[folder] ?? 0 }) != count else { return }
    update { $0.harvest[folder] = count }
  }

  /// How many exemplars can be mined from a project, until somebody decides about it.
  func setMinable(_ count: Int, of root: URL) {
    let folder = root.standardizedFileURL.path
    guard state.withLock({ $0.minable[folder] ?? 0 }) != count else { return }
    update { $0.minable[folder] = count }
  }

  /// How many of a project's latest suggestions were kept, in words.
  func setLearned(_ sentence: String?, of root: URL) {
    guard let sentence, state.withLock({ $0.learned }) != sentence else { return }
    update { $0.learned = sentence }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      let status = state.status
      guard state.isWanted, status != state.last else { return }
      state.last = status
      // Within the lock, so that they go out in their order.
      connection.send(PillowStatusNotification.self, status)
    }
  }
}

extension StatusReporter.State {
  fileprivate var status: PillowStatus {
    let problem = problem ?? ofProjects.first?.problem
    let kept = harvest.values.reduce(0, +)
    let found = minable.values.reduce(0, +)
    let offer = found == 0 ? "" : "\(found) exemplars can be mined from this repository."
    return PillowStatus(
      kind: problem == nil ? .normal : .warning, busy: running > 0, message: problem ?? offer,
      harvest: kept == 0 ? nil : kept, mine: found == 0 ? nil : found, learned: learned)
  }
}
