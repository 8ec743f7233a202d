/// Asks for the reward of each candidate alone, query by query.
struct Survey {
  let policy: EpisodePolicy
  let queries: [Int]
  /// By `clock`; nil gathers for every query.
  let deadline: Double?
  let clock: @Sendable () -> Double
  /// Queries done, and all of them.
  var onProgress: @Sendable (Int, Int) -> Void = { _, _ in }

  /// Queries whose rewards are asked for together, at the most: the more, the more prompts begin with the same exemplar.
  private static let most = 2048
  /// And before it is known how long they take.
  private static let first = 64

  func observe(_ rewards: CheckedRewards) async throws -> [ObservedRewards] {
    var result: [ObservedRewards] = []
    let began = clock()
    while result.count < queries.count {
      let next = wave(done: result.count, seconds: clock() - began)
      guard next > 0 else { break }
      let batch = Array(queries[result.count..<min(queries.count, result.count + next)])
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
      onProgress(result.count, queries.count)
    }
    return result
  }

  /// How many queries are next: where there is a deadline, what takes a quarter of the time that is left, so that it is
  /// kept by about a wave of ``first``. 0 when it has passed. Rewards do not depend on it.
  private func wave(done: Int, seconds: Double) -> Int {
    guard let deadline else { return Self.most }
    let left = deadline - clock()
    guard left > 0 else { return 0 }
    guard done > 0, seconds > 0 else { return Self.first }
    return min(Self.most, max(Self.first, Int(left / 4 * Double(done) / seconds)))
  }
}
