extension MatcherTraining {
  /// The objective of lists that were drawn with given probabilities, and its gradient with respect
  /// to the network's parameters. A training step ascends it.
  ///
  /// - Parameters:
  ///   - logProbabilities: by list and pick, log π when it was drawn; one more for a list that
  ///     ended early.
  ///   - advantages: one per list.
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

  /// The mean expected reward of a first pick among the observed exemplars, and its gradient with
  /// respect to the network's parameters. It is ascended after the survey.
  package static func expectedReward(
    _ network: MatchingNetwork, _ problem: TrainingProblem, _ observed: [ObservedRewards],
    options: TrainingOptions
  ) -> (value: Double, gradient: [Float]) {
    ExpectedReward.objective(network, problem, observed, options)
  }

  /// The advantages that training derives from rewards; lists of one query are adjacent.
  package static func advantages(_ rewards: [Double], group: Int) -> [Double] {
    PolicyLoss.advantages(rewards, group: group, usesBaseline: true)
  }

  /// The greedy lists of a network for queries of the problem.
  public func greedyLists(_ network: MatchingNetwork, queries: [Int]) -> [ShotList] {
    EpisodePolicy(network, problem, options).greedy(queries: queries)
  }

  /// The `supervised` baseline: a ranker of the same architecture, fitted by regression to the
  /// rewards of single exemplars, without a policy's exploration.
  public func fitRanker(rewards: any RewardSource) async throws -> MatchingNetwork {
    let observed = try await surveyed(rewards: rewards)
    return try RankingRegression(options: options).fit(try initialNetwork(), problem, observed)
  }

  /// The reward of each single candidate, for every training query, or for as many as the budget
  /// allows.
  public func surveyed(rewards: any RewardSource) async throws -> [ObservedRewards] {
    try await survey(deadline: budget.map { clock() + $0 })
      .observe(CheckedRewards(rewards))
  }
}
