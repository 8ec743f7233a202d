/// Gathers rewards of single exemplars for ``RankingRegression``: half of them the likeliest of the starting
/// policy, half drawn from it at a higher temperature.
struct WarmStart {
  let policy: EpisodePolicy
  let queries: [Int]
  /// By `clock`; nil gathers for every query.
  let deadline: Double?
  let clock: @Sendable () -> Double
  /// Queries done, and all of them.
  var onProgress: @Sendable (Int, Int) -> Void = { _, _ in }

  /// Queries that draw together, which is part of what a seed repeats.
  private static let drawn = 16
  /// Queries whose rewards are asked for together: the more, the more prompts begin with the same exemplar, and
  /// the rarer a look at the clock.
  private var asked: Int { deadline == nil ? 256 : 32 }

  func observe(_ rewards: CheckedRewards) async throws -> [ObservedRewards] {
    var result: [ObservedRewards] = []
    for start in stride(from: 0, to: queries.count, by: asked) {
      if let deadline, clock() >= deadline { break }
      let end = min(queries.count, start + asked)
      let batch = Array(queries[start..<end])
      let picks = stride(from: start, to: end, by: Self.drawn).flatMap { part in
        candidates(Array(queries[part..<min(end, part + Self.drawn)]), seed: UInt64(part))
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
      onProgress(end, queries.count)
    }
    return result
  }

  private func candidates(_ queries: [Int], seed: UInt64) -> [[Int]] {
    let count = policy.options.warmStartCandidates
    var options = policy.options
    options.shots = max(1, min(count / 2, policy.problem.poolCount - 1))
    let nearest = EpisodePolicy(policy.network, policy.problem, options).greedy(queries: queries)
    options.temperature *= 3
    options.shots = max(1, min(count - count / 2, policy.problem.poolCount - 1))
    var generator = SeededGenerator(seed: policy.options.seed &+ seed &* 31 &+ 5)
    let drawn = EpisodePolicy(policy.network, policy.problem, options)
      .sample(queries: queries, trajectories: 1, &generator)
    return zip(nearest, drawn).map { near, far in
      near.picks + far.list.picks.filter { !near.picks.contains($0) }
    }
  }
}

extension MatchingNetwork {
  /// The starting point that the ablations ask for; the same network when they ask for nothing.
  func prepared(for options: TrainingOptions) throws(PromptMatchingError) -> MatchingNetwork {
    guard !options.isSequential || !options.startsFromCosine else { return self }
    var values = parameters
    if !options.isSequential {
      // With no weights on them, the chosen exemplars have no say in service either.
      let d = layout.dimensions
      let start = layout.range(of: .stateInput).lowerBound
      for unit in 0..<layout.hidden {
        for i in d..<2 * d { values[start + unit * 2 * d + i] = 0 }
      }
    }
    if !options.startsFromCosine {
      var generator = SeededGenerator(seed: options.seed &+ 0xD0)
      for part in [ParameterLayout.Part.exemplarOutput, .stateOutput] {
        for place in layout.range(of: part) { values[place] = Float(generator.normal() * 0.2) }
      }
    }
    return try with(parameters: values)
  }
}
