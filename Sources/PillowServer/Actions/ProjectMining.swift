import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import Mining
import PillowProject
import PromptPool
import Settings
import Synchronization

/// Mines the projects of a session in the background, as far as the setting `mine` and what was
/// decided allow: `ask` only counts, and the status says how many exemplars there are.
final class ProjectMining: Sendable {
  static let command = "pillow-lsp.mine"
  static let declineCommand = "pillow-lsp.declineMining"
  /// One round at most; the next one goes on.
  private static let roundSeconds = 20.0
  private static let mostRounds = 30
  /// Files that are opened later than that after the last look begin another.
  private static let pause = Duration.seconds(300)

  private let context: SessionContext
  private let dialog: ClientDialog
  private let state = Mutex(State())

  private struct State {
    /// What is done in each folder, by its path.
    var running: [String: Work] = [:]
    var started = 0
    /// When each folder was last looked at.
    var looked: [String: Duration] = [:]
  }

  private struct Work {
    var number: Int
    var task: Task<Void, any Error>
    /// Whether somebody has said that exemplars are wanted; otherwise they may only be counted.
    var isAsked: Bool
  }

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
    // What was committed is mined at once.
    context.heads.observe { [weak self] project in self?.look(at: project.root, counts: false) }
  }

  func register(in commands: inout CommandTable) {
    commands.on(Self.command, context) { [self] arguments, _ in try await mineNow(arguments) }
    commands.on(Self.declineCommand, context) { [self] arguments, _ in
      let root = context.root(of: try arguments.text(0, "document or folder"))
      try await context.workspace.project(at: root).declineMining()
      context.status.setMinable(0, of: root)
      context.notices.log(
        "Nothing is mined from \(root.lastPathComponent). `pillow-lsp pool mine` does it all the same."
      )
    }
  }

  /// Looks at all folders.
  func begin() { for root in context.workspace.roots { look(at: root) } }

  /// Work goes on in the editor: what was changed meanwhile is mined now and then.
  func documentOpened(_ uri: String) {
    guard let root = context.workspace.folder(of: uri) else { return }
    let now = context.clock.now
    let isDue = state.withLock { state in
      state.looked[root.path].map { now - $0 >= Self.pause } ?? false
    }
    if isDue { look(at: root) }
  }

  /// - Parameter counts: whether to count what could be mined where nobody has decided.
  private func look(at root: URL, counts: Bool = true) {
    let now = context.clock.now
    state.withLock { state in
      state.looked[root.path] = now
      guard state.running[root.path] == nil else { return }
      start(in: root, isAsked: false, &state) { [self] in
        do { try await work(on: root, counts: counts) } catch {
          if !(error is CancellationError) {
            context.notices.log(
              "The project's own work was not mined: \(ErrorWording.sentence(error))")
          }
        }
      }
    }
  }

  /// Begins what is done in a folder once what is done there already is through.
  private func start(
    in root: URL, isAsked: Bool, _ state: inout State,
    _ body: @escaping @Sendable () async throws -> Void
  ) {
    let earlier = state.running[root.path]?.task
    state.started += 1
    let number = state.started
    let task = Task.detached(priority: isAsked ? .utility : .background) { [self] in
      defer {
        self.state.withLock { state in
          if state.running[root.path]?.number == number { state.running[root.path] = nil }
        }
      }
      _ = await earlier?.result
      try await body()
    }
    state.running[root.path] = Work(number: number, task: task, isAsked: isAsked)
  }

  private func work(on root: URL, counts: Bool) async throws {
    let setting = context.settings(for: root.absoluteString).mineOrDefault
    // A folder that cannot be opened is reported by the request that needs it.
    guard setting != .never, let project = try? await context.workspace.project(at: root),
      project.isDurable
    else { return }
    switch (try await project.miningConsent(), setting) {
    case (false, _): return
    case (true, _), (nil, .always): try await mine(project)
    case (nil, _):
      guard counts else { return }
      let report = try await project.mine(
        MiningOptions(timeLimit: Self.roundSeconds), isDryRun: true)
      // Somebody may have decided meanwhile.
      guard try await project.miningConsent() == nil else { return }
      context.status.setMinable(report.total, of: root)
    }
  }

  private func mine(_ project: Project) async throws {
    for _ in 0..<Self.mostRounds {
      let report = try await project.mine(MiningOptions(timeLimit: Self.roundSeconds))
      if report.hasChanges { project.prepare() }
      for problem in report.problems { context.notices.log(problem) }
      if report.isComplete { return }
    }
  }

  /// Somebody has said yes. Who asks again meanwhile waits for the same.
  private func mineNow(_ arguments: CommandArguments) async throws {
    let root = context.root(of: try arguments.text(0, "document or folder"))
    let project = try await context.workspace.project(at: root)
    let task = state.withLock { state in
      if state.running[root.path]?.isAsked != true {
        start(in: root, isAsked: true, &state) { [self] in try await mine(project) }
      }
      return state.running[root.path]?.task
    }
    try await task?.value
    context.status.setMinable(0, of: root)
    let counts = try await project.withPool { try $0.minedCounts() }
    let total = counts.values.reduce(0, +)
    dialog.say("The pool has \(total) exemplars from this project's own work.")
  }
}
