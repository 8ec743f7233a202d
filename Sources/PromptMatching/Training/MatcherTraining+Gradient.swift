extension MatcherTraining {
  /// The objective of lists that were drawn with given probabilities, and its gradient by the
  /// network's parameters; what a training step ascends.
  ///
  /// - Parameters:
  ///   - logProbabilities: by list and pick, log π when it was drawn.
  ///   - advantages: one a list.
  package static func objective(
    _ network: MatchingNetwork, _ problem: TrainingProblem, lists: [ShotList],
    logProbabilities: [[Double]], advantages: [Double], options: TrainingOptions
  ) -> (value: Double, gradient: [Float]) {
    let policy = EpisodePolicy(network, problem, options)
    let available = policy.availability(lists.map(\.query))
    let episodes = lists.indices.map { place in
      Episode(
        list: lists[place], logProbabilities: logProbabilities[place], available: available[place])
    }
    let loss = PolicyLoss(policy, episodes: episodes, advantages: advantages)
    return (loss.objective, loss.gradient)
  }

  /// The mean expected reward of a first pick among what was observed, and its gradient by the
  /// network's parameters; what is ascended after the survey.
  package static func expectedReward(
    _ network: MatchingNetwork, _ problem: TrainingProblem, _ observed: [ObservedRewards],
    options: TrainingOptions
  ) -> (value: Double, gradient: [Float]) {
    ExpectedReward.objective(network, problem, observed, options)
  }

  /// The advantages that training gives to rewards; lists of one query lie side by side.
  package static func advantages(_ rewards: [Double], group: Int) -> [Double] {
    PolicyLoss.advantages(rewards, group: group, usesBaseline: true)
  }

  /// The greedy lists of a network for queries of the problem.
  public func greedyLists(_ network: MatchingNetwork, queries: [Int]) -> [ShotList] {
    EpisodePolicy(network, problem, options).greedy(queries: queries)
  }

  /// The `supervised` baseline: a ranker of the same form, fitted by regression to the rewards of
  /// single exemplars, without a policy's exploration.
  public func fitRanker(rewards: any RewardSource) async throws -> MatchingNetwork {
    let observed = try await surveyed(rewards: rewards)
    return try RankingRegression(options: options).fit(try initialNetwork(), problem, observed)
  }

  /// The reward of each candidate alone, of every query that training learns from, or of so many as
  /// the budget has time for.
  public func surveyed(rewards: any RewardSource) async throws -> [ObservedRewards] {
    try await survey(deadline: budget.map { clock() + $0 })
      .observe(CheckedRewards(rewards))
  }
}
