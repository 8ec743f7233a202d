public import PromptPool

/// What mining found and did.
public struct MiningReport: Sendable, Equatable {
  /// Live exemplars of each source that was asked for, afterwards.
  public internal(set) var counts: [MiningSource: Int] = [:]
  public internal(set) var changes: [MiningSource: MinedChanges] = [:]
  /// What was looked at and left out.
  public internal(set) var skipped: [MiningSource: [SkipReason: Int]] = [:]
  /// Whether there is nothing left to mine; otherwise the next run goes on.
  public internal(set) var isComplete = true
  /// One sentence for each thing that could not be read.
  public internal(set) var problems: [String] = []

  public init() {}

  public var total: Int { counts.values.reduce(0, +) }

  /// Whether the pool is another one than before.
  public var hasChanges: Bool {
    changes.values.contains { $0.added + $0.changed + $0.retired > 0 }
  }

  /// Does what needs the history. A history that Git cannot read, such as one with a damaged object,
  /// says nothing against the rest of the work.
  mutating func goingOn(
    _ work: (inout MiningReport) throws(MiningError) -> Void
  ) throws(MiningError) {
    do throws(MiningError) {
      try work(&self)
    } catch {
      guard case .git = error else { throw error }
      note(error)
    }
  }

  /// Says what could not be read, once.
  mutating func note(_ problem: MiningError) {
    if !problems.contains("\(problem)") { problems.append("\(problem)") }
  }

  mutating func note(_ skipped: [SkipReason: Int], of source: MiningSource) {
    let skipped = skipped.filter { $0.value > 0 }
    guard !skipped.isEmpty else { return }
    self.skipped[source, default: [:]].merge(skipped, uniquingKeysWith: +)
  }
}
