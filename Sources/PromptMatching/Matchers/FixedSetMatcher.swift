/// The same list for every query: a collapsed policy is equivalent to it, so a policy must beat it.
public struct FixedSetMatcher: ExemplarMatcher {
  public let name = MatcherName.bestFixedSet
  public let list: [Int]

  public init(list: [Int]) { self.list = list }

  /// Greedy forward selection by mean reward on training queries; it ends where every further
  /// exemplar lowers the mean, which is 0 for the empty list.
  ///
  /// - Parameters:
  ///   - candidates: how many exemplars to try at each position, drawn at random from the pool.
  ///   - judges: how many queries decide, drawn at random; the same ones for every candidate.
  public static func search(
    poolCount: Int, queryCount: Int, judges: Int = 24, shots: Int, candidates: Int = 24,
    seed: UInt64,
    rewards: any RewardSource
  ) async throws -> FixedSetMatcher {
    var generator = SeededGenerator(seed: seed)
    return try await search(
      poolCount: poolCount,
      queries: Array((0..<queryCount).shuffled(using: &generator).prefix(judges)), shots: shots,
      candidates: candidates, seed: seed, rewards: rewards)
  }

  /// The same with the given queries as judges.
  public static func search(
    poolCount: Int, queries: [Int], shots: Int, candidates: Int = 24, seed: UInt64,
    rewards: any RewardSource
  ) async throws -> FixedSetMatcher {
    var generator = SeededGenerator(seed: seed)
    let tried = Array((0..<poolCount).shuffled(using: &generator).prefix(candidates))
    var list: [Int] = []
    var reached = 0.0
    while list.count < min(shots, tried.count) {
      var best: (pick: Int, mean: Double)?
      for pick in tried where !list.contains(pick) {
        let lists = queries.map { ShotList(query: $0, picks: list + [pick]) }
        let mean = try await rewards.rewards(of: lists).reduce(0, +) / Double(max(1, lists.count))
        if best.map({ mean > $0.mean }) ?? true { best = (pick, mean) }
      }
      guard let best, best.mean >= reached else { break }
      reached = best.mean
      list.append(best.pick)
    }
    return FixedSetMatcher(list: list)
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    Array(list.filter { !query.excluded.contains($0) }.prefix(shots))
  }
}
