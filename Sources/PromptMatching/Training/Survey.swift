/// Computes the reward of each single candidate, query by query.
struct Survey {
  let problem: TrainingProblem
  /// Candidates per query.
  let candidates: Int
  let queries: [Int]
  /// A time of `clock`; nil surveys every query.
  let deadline: Double?
  let clock: @Sendable () -> Double
  /// The number of finished queries and the total.
  var onProgress: @Sendable (Int, Int) -> Void = { _, _ in }

  /// The most queries whose rewards are computed together: the more there are, the more prompts
  /// begin with the same exemplar.
  private static let most = 2048
  /// The same before their speed is known.
  private static let first = 64

  func observe(_ rewards: CheckedRewards) async throws -> [ObservedRewards] {
    var result: [ObservedRewards] = []
    let began = clock()
    while result.count < queries.count {
      let next = wave(done: result.count, seconds: clock() - began)
      guard next > 0 else { break }
      let batch = Array(queries[result.count..<min(queries.count, result.count + next)])
      let picks = problem.candidates(of: batch, count: candidates)
      let lists = zip(batch, picks).flatMap { query, picks in
        picks.map { ShotList(query: query, picks: [$0]) }
      }
      var values = try await ask(rewards, lists) { share in
        onProgress(result.count + Int(share * Double(batch.count)), queries.count)
      }[...]
      for (query, picks) in zip(batch, picks) {
        result.append(
          .init(query: query, picks: picks, rewards: Array(values.prefix(picks.count))))
        values = values.dropFirst(picks.count)
      }
    }
    return result
  }

  /// Computes the rewards of lists in parts, in the order of their exemplars, so that progress can
  /// be reported.
  ///
  /// - Parameter onShare: receives the finished share.
  private func ask(
    _ rewards: CheckedRewards, _ lists: [ShotList], onShare: (Double) -> Void
  ) async throws -> [Double] {
    var known: [ShotList: Double] = [:]
    let order = lists.sorted { ($0.picks[0], $0.query) < ($1.picks[0], $1.query) }
    for start in stride(from: 0, to: order.count, by: 1024) {
      let some = Array(order[start..<min(order.count, start + 1024)])
      for (list, value) in zip(some, try await rewards.rewards(of: some)) { known[list] = value }
      onShare(Double(start + some.count) / Double(order.count))
    }
    return lists.map { known[$0] ?? .nan }
  }

  /// How many queries come next. With a deadline, as many as take a quarter of the remaining time,
  /// so that the deadline is met to within about a wave of ``first``; 0 once it has passed. Rewards
  /// do not depend on it.
  private func wave(done: Int, seconds: Double) -> Int {
    guard let deadline else { return Self.most }
    let left = deadline - clock()
    guard left > 0 else { return 0 }
    guard done > 0, seconds > 0 else { return Self.first }
    return min(Self.most, max(Self.first, Int(left / 4 * Double(done) / seconds)))
  }
}
