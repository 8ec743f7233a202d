import ErrorWording
import Foundation
import Personalization
import PillowProject
import PromptPool
import Settings
import Synchronization

/// Learns while nobody asks for anything: looks at standing texts, harvests those that are wanted, fits
/// the gate, and, when the machine has been idle for long and is on mains power, trains.
///
/// Of two servers on one project one works: it holds a lease in the database, which ends by itself
/// when a server is killed.
final class IdleLearning: Sendable {
  static let period = Duration.seconds(25)
  /// Without a request for so long, cheap work begins; for the second, training.
  static let quiet = Duration.seconds(20)
  static let idle = Duration.seconds(600)

  private let context: SessionContext
  private let standing: StandingTexts
  private let owner = UUID().uuidString
  private let state = Mutex(State())

  private struct State {
    var latest = Duration.zero
    var task: Task<Void, Never>?
    var training: Task<Void, Never>?
  }

  init(context: SessionContext, standing: StandingTexts) {
    self.context = context
    self.standing = standing
  }

  /// A request came: training gives way.
  func somethingHappened() {
    let training = state.withLock { state in
      state.latest = context.clock.now
      return state.training.take()
    }
    training?.cancel()
  }

  func start() {
    let task = Task { [weak self, clock = context.clock] in
      while !Task.isCancelled {
        do { try await clock.sleep(for: Self.period) } catch { return }
        await self?.round()
      }
    }
    state.withLock { $0.task = task }
  }

  func stop() {
    let tasks = state.withLock { state in
      defer { (state.task, state.training) = (nil, nil) }
      return [state.task, state.training]
    }
    for task in tasks { task?.cancel() }
  }

  /// One round of what is due.
  func round() async {
    standing.lookAgain()
    let rest = context.clock.now - state.withLock { $0.latest }
    guard rest >= Self.quiet else { return }
    for project in await context.workspace.openProjects() {
      do { try await light(project) } catch {
        if !(error is CancellationError) { context.notices.log(ErrorWording.sentence(error)) }
      }
      await context.showLearned(of: project)
    }
    guard rest >= Self.idle, PowerSupply.isOnMains else { return }
    let task = Task { [weak self] in
      guard let self else { return }
      for project in await context.workspace.openProjects() where !Task.isCancelled {
        await train(project)
      }
    }
    let isFirst = state.withLock { state in
      guard state.training == nil else { return false }
      state.training = task
      return true
    }
    guard isFirst else { return task.cancel() }
    await task.value
    state.withLock { $0.training = nil }
  }

  /// Milliseconds of work, except for scoring texts that were typed by hand.
  private func light(_ project: Project) async throws {
    let settings = context.settings(for: project.root.absoluteString)
    guard settings.learningOrDefault.enabledOrDefault else { return }
    try await project.calibrateGate(shipped: .shipped)
    try await project.shareEvidence()
    guard settings.harvestOrDefault == .always else { return }
    try await project.harvestStandingTexts { uri in
      uri.map { context.harvestRefusal($0) == nil } ?? true
    }
  }

  private func train(_ project: Project) async {
    guard project.settings.learningOrDefault.whenIdleOrDefault,
      project.settings.learningOrDefault.enabledOrDefault
    else { return }
    let owner = owner
    do {
      guard
        try await project.withPool({ try $0.takeLease("train", owner: owner, seconds: 3600) })
      else { return }
      if let version = try await project.learnPolicy() { say("network", version) }
      if let trained = try await project.learnFromPool() {
        context.notices.log(
          "The pool’s exemplars have asked each other. \(trained.promotion.summary)")
      }
      if let adapter = try await project.learnAdapter() { say("adapter", adapter.version) }
    } catch {
      if !(error is CancellationError) { context.notices.log(ErrorWording.sentence(error)) }
    }
    try? await project.withPool { try $0.returnLease("train", owner: owner) }
  }

  private func say(_ what: String, _ version: LearningVersion) {
    context.notices.log(
      version.isPromoted
        ? "A new \(what) serves, version \(version.id). \(version.note)"
        : "A new \(what) was made, version \(version.id), and does not serve. \(version.note)")
  }
}

/// Where the machine's power comes from.
enum PowerSupply {
  /// A machine without batteries is on mains power.
  static var isOnMains: Bool { isOnMains(in: URL(filePath: "/sys/class/power_supply")) }

  static func isOnMains(in folder: URL) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    func read(_ name: String, _ file: String) -> String? {
      try? String(contentsOf: folder.appending(path: "\(name)/\(file)"), encoding: .utf8).trimmed
    }
    let mains = names.filter { read($0, "type") == "Mains" }
    if mains.contains(where: { read($0, "online") == "1" }) { return true }
    return !names.contains { read($0, "type") == "Battery" && read($0, "status") == "Discharging" }
  }
}
