import Personalization
import PromptMatching
import PromptPool
import Settings

extension Project {
  /// Pools with fewer exemplars of their own teach next to nothing when they ask themselves.
  static let fewestAsking = 400

  /// Trains the matching network on the pool alone, before anybody has accepted anything: its
  /// exemplars ask each other. The network serves when it is better on exemplars that took no part.
  ///
  /// This is done once, and again when the pool has twice as many exemplars. Those that come with the
  /// program do not count: they are the same in each project, and day zero was made for them.
  ///
  /// - Returns: nil when there is nothing new to learn from.
  /// - Throws: `TrainingError`, ``ProjectError``, `PromptPoolError`, `CancellationError`; an interrupted
  ///   training goes on when it is called again.
  @discardableResult
  public func learnFromPool(
    _ learning: IdleLearning = IdleLearning()
  ) async throws -> TrainedMatcher? {
    guard learner.switches.network else { return nil }
    let shipped = Set(settings.starterPoolsOrDefault)
    let (own, before) = try await withPool { pool in
      let counts = try pool.statistics().pools.filter { !shipped.contains($0.name) }
      return (counts.reduce(0) { $0 + $1.exemplars }, try pool.exemplarsLearnedFrom())
    }
    guard own >= max(Self.fewestAsking, 2 * before) else { return nil }
    var request = MatcherTrainingRequest()
    request.budget = learning.budget
    request.options.shots = max(1, settings.shotsOrDefault)
    request.options.seed = learning.seed
    let trained = try await trainMatcher(request)
    try await withPool { try $0.setExemplarsLearnedFrom(own) }
    return trained
  }
}
