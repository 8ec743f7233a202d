import CompletionEngine
import Foundation
public import Mining
import PromptMatching
import PromptPool
import Settings
import Synchronization

extension Project {
  /// Mines the project's own work into its pool, on a thread that may wait for the disk. Cancelling
  /// the task ends it; what was stored until then stays.
  ///
  /// - Parameter isDryRun: tells what a run would do now and stores nothing.
  /// - Throws: `MiningError`.
  public func mine(
    _ options: MiningOptions = MiningOptions(), isDryRun: Bool = false
  ) async throws -> MiningReport {
    let stop = StopFlag()
    let miner = Miner(
      root: root, settings: settings.instructionsOrDefault, isCancelled: { stop.isRaised })
    return try await withTaskCancellationHandler {
      if isDryRun {
        return try await withPool { try $0.withScratchCopy { try miner.mine(into: $0, options) } }
      }
      let report = try await withPool { pool in
        try pool.setMiningState("consent", "yes")
        return try miner.mine(into: pool, options)
      }
      if report.hasChanges { poolChanged() }
      return report
    } onCancel: {
      stop.raise()
    }
  }
}

extension Project {
  /// What was decided about mining this project; nil before anybody did.
  public func miningConsent() async throws -> Bool? {
    try await withPool { try $0.miningState("consent") }.map { $0 == "yes" }
  }

  /// Remembers that nobody wants the project mined, until somebody mines it.
  public func declineMining() async throws {
    try await withPool { try $0.setMiningState("consent", "no") }
  }
}

extension Project {
  /// With fewer exemplars of a kind, those of other pools are candidates, too.
  private static let fewest = 8

  /// The exemplars that were mined for what is asked, such as a commit message: they show the
  /// project's own form. Nil where there are few, or another thing is asked.
  func minedExemplars(for request: InstructionRequest) async throws -> Set<Int64>? {
    guard let source = MinedInstruction.source(of: request.instruction) else { return nil }
    let pool = pool
    let ids = try await offPool { try pool.ids(pool: source.pool) }
    return ids.count >= Self.fewest ? Set(ids) : nil
  }

  /// How many shots a request gets by the settings: three brief ones in the place of each whole one
  /// but the nearest.
  ///
  /// - Parameter own: what was mined for it.
  func shotCount(for request: InstructionRequest, own: Set<Int64>?) -> Int {
    let count = settings.shotsOrDefault
    guard count > 0, own != nil, MinedInstruction.isForCommit(request) else { return count }
    return 1 + 3 * (count - 1)
  }
}

extension Project {
  /// Answers to a request. Commit messages are spelled as the project does, and told only when they
  /// are: what will be spelled otherwise is not shown before.
  ///
  /// - Parameters:
  ///   - onText: gets the first answer in pieces while it grows.
  ///   - make: makes the answers; tells the first one in pieces.
  func spelled(
    _ request: InstructionRequest, _ onText: @escaping @Sendable (String) -> Void,
    _ make: (@escaping @Sendable (String) -> Void) async throws -> [Completion]
  ) async throws -> [Completion] {
    guard MinedInstruction.isForCommit(request) else { return try await make(onText) }
    var made = try await make { _ in }
    let pool = pool
    let commits = try await offPool { try pool.exemplars(pool: MiningSource.commits.pool) }
    let style = CommitStyle(messages: commits.map(\.output))
    for index in made.indices { made[index].text = style.applied(to: made[index].text) }
    if let first = made.first { onText(first.text) }
    return made
  }
}

extension MinedInstruction {
  static func isForCommit(_ request: InstructionRequest) -> Bool {
    source(of: request.instruction) == .commits
  }

  /// A mined commit as a shot for the message of another one: the subject alone, and the files.
  /// Many of those show more of how a project writes than few with their diffs; the nearest keeps
  /// its diff, so that the model knows what a diff leads to (`docs/mining.md`).
  static func shot(_ commit: Demonstration, isNearest: Bool) -> Demonstration {
    var shot = commit
    shot.output = commit.output.firstLine
    if !isNearest { shot.input = DiffText.headings(of: commit.input) }
    return shot
  }
}

extension PromptPool {
  /// Runs work on a copy that is thrown away afterwards: an empty pool where nothing was mined yet,
  /// since mining adds to other exemplars and asks little of them.
  fileprivate func withScratchCopy<T>(_ work: (PromptPool) throws -> T) throws -> T {
    guard try !minedCounts().isEmpty else { return try work(.inMemory()) }
    let file = FileManager.default.temporaryDirectory.appending(path: "pillow-dry-\(UUID()).sqlite")
    defer {
      for end in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: file.path(percentEncoded: false) + end)
      }
    }
    try backUp(to: file)
    return try work(PromptPool(at: file))
  }
}

/// Tells a thread that works to stop.
private final class StopFlag: Sendable {
  private let state = Mutex(false)

  var isRaised: Bool { state.withLock(\.self) }

  func raise() { state.withLock { $0 = true } }
}
