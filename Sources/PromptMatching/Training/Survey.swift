/// Asks for the reward of each candidate alone, query by query.
struct Survey {
  let policy: EpisodePolicy
  let queries: [Int]
  /// By `clock`; nil gathers for every query.
  let deadline: Double?
  let clock: @Sendable () -> Double
  /// Queries done, and all of them.
  var onProgress: @Sendable (Int, Int) -> Void = { _, _ in }

  /// Queries whose rewards are asked for together: the more, the more prompts begin with the same exemplar, and
  /// the rarer a look at the clock.
  private var asked: Int { deadline == nil ? 256 : 32 }

  func observe(_ rewards: CheckedRewards) async throws -> [ObservedRewards] {
    var result: [ObservedRewards] = []
    for start in stride(from: 0, to: queries.count, by: asked) {
      if let deadline, clock() >= deadline { break }
      let batch = Array(queries[start..<min(queries.count, start + asked)])
      let picks = policy.availability(batch).map { available in
        var picks: [Int] = []
        available.forEach(below: policy.problem.poolCount) { picks.append($0) }
        return picks
      }
      let lists = zip(batch, picks).flatMap { query, picks in
        picks.map { ShotList(query: query, picks: [$0]) }
      }
      var values = try await rewards.rewards(of: lists)[...]
      for (query, picks) in zip(batch, picks) {
        result.append(
          .init(query: query, picks: picks, rewards: Array(values.prefix(picks.count))))
        values = values.dropFirst(picks.count)
      }
      onProgress(start + batch.count, queries.count)
    }
    return result
  }
}
