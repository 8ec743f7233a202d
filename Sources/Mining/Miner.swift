public import Foundation
public import PromptPool
public import Settings

/// Mines one project's own work into its pool: commits, doc comments, functions, tests, change log
/// and prose. It reads files and runs Git, so it waits for the disk.
public struct Miner: Sendable {
  let root: URL
  let rules: FileRules
  let environment: [String: String]
  private let isCancelled: @Sendable () -> Bool

  /// - Parameters:
  ///   - root: the project's folder, in a Git repository or not.
  ///   - settings: which files may be read.
  ///   - isCancelled: asked again and again; true ends mining with what there is.
  public init(
    root: URL, settings: InstructionSettings,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.root = root.standardizedFileURL
    self.environment = environment
    self.isCancelled = isCancelled
    rules = FileRules(root: self.root, settings: settings, environment: environment)
  }

  /// Mines what is new since the last time; the first time, the newest work.
  ///
  /// - Throws: ``MiningError``; what was stored until then stays.
  public func mine(
    into pool: PromptPool, _ options: MiningOptions = MiningOptions()
  ) throws(MiningError) -> MiningReport {
    var report = MiningReport()
    let start = ContinuousClock.now
    let isOver: () -> Bool = { [isCancelled] in
      isCancelled() || (ContinuousClock.now - start) / .seconds(1) > options.timeLimit
    }
    let repository = try openRepository(&report)
    if options.isRestricted, repository == nil {
      throw .needsRepository(
        option: options.since == nil ? "--author" : "--since", folder: root.path)
    }
    if let since = options.since, let repository, !repository.git.knowsDate(since) {
      throw .unknownDate(since)
    }
    let licence = Licence.find(in: root)
    if options.sources.contains(.commits), let repository {
      var run = CommitRun(
        repository: repository, rules: rules, pool: pool, licence: licence, isOver: isOver)
      try report.goingOn { report throws(MiningError) in
        try run.mine(options, &report)
      }
    }
    if options.sources.contains(.changelog) {
      let run = ChangelogRun(
        root: root, repository: repository, rules: rules, pool: pool, licence: licence,
        isOver: isOver)
      try report.goingOn { report throws(MiningError) in
        try run.mine(options, &report)
      }
    }
    try FileRun(
      root: root, repository: repository, rules: rules, pool: pool, licence: licence,
      environment: environment, isOver: isOver
    ).mine(options, &report)
    let counts = try stored { () throws(PromptPoolError) in try pool.minedCounts() }
    for source in options.sources { report.counts[source] = counts[source.rawValue] ?? 0 }
    if isCancelled() { report.isComplete = false }
    return report
  }

  /// A repository that Git refuses is told and then left alone.
  private func openRepository(_ report: inout MiningReport) throws(MiningError) -> Repository? {
    do throws(MiningError) {
      return try Repository(root, environment: environment)
    } catch {
      guard case .git = error else { throw error }
      report.problems.append(error.description)
      return nil
    }
  }
}

/// Runs work on the pool with the errors of mining.
func stored<T>(_ body: () throws(PromptPoolError) -> T) throws(MiningError) -> T {
  do throws(PromptPoolError) { return try body() } catch { throw .pool(error) }
}
