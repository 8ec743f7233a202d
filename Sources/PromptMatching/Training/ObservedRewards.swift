/// Rewards of single exemplars that were observed for a query.
public struct ObservedRewards: Sendable, Codable, Equatable {
  public let query: Int
  public let picks: [Int]
  public let rewards: [Double]
  /// The reward of the empty list: 0 before rewards are scaled.
  let empty: Double

  public init(query: Int, picks: [Int], rewards: [Double]) {
    self.init(query: query, picks: picks, rewards: rewards, empty: 0)
  }

  init(query: Int, picks: [Int], rewards: [Double], empty: Double) {
    self.query = query
    self.picks = picks
    self.rewards = rewards
    self.empty = empty
  }

  /// The same with the empty list as a choice, which stands after the pool's last exemplar.
  func withStop(after n: Int) -> ObservedRewards {
    ObservedRewards(query: query, picks: picks + [n], rewards: rewards + [empty], empty: empty)
  }

  var mean: Double { rewards.reduce(0, +) / Double(max(1, rewards.count)) }
}

extension [ObservedRewards] {
  /// Root mean square of the rewards around the mean of their query.
  var deviation: Double {
    let squares = map { row in
      let mean = row.mean
      return row.rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        / Double(Swift.max(1, row.rewards.count))
    }
    return Swift.max(1e-6, (squares.reduce(0, +) / Double(Swift.max(1, count))).squareRoot())
  }
}

extension MatchingNetwork {
  /// The mean over rows of an objective of a first pick's probabilities among the observed
  /// exemplars, and its gradient.
  ///
  /// - Parameter term: for a row and the probabilities of its picks, returns the objective and ∂
  ///   objective / ∂ (score / temperature).
  func firstPick(
    _ problem: TrainingProblem, _ observed: [ObservedRewards], _ options: TrainingOptions,
    _ term: (_ row: ObservedRewards, _ probabilities: [Double]) -> (value: Double, slopes: [Double])
  ) -> (value: Double, gradient: [Float]) {
    var (narrow, rows) = problem.narrowed(to: observed, count: options.candidateCount)
    let policy = EpisodePolicy(self, narrow, options)
    if policy.mayStop { rows = rows.map { $0.withStop(after: narrow.poolCount) } }
    let n = policy.targets.rows
    let distribution = policy.distribution(
      rows.map { ($0.query, [], Availability(candidates: $0.picks)) })
    var slopes = Matrix(rows: rows.count, columns: n)
    var value = 0.0
    for (row, observed) in rows.enumerated() {
      let (part, scores) = term(
        observed, observed.picks.map { Double(distribution.softmax.values[row * n + $0]) })
      value += part
      for (pick, slope) in zip(observed.picks, scores) {
        slopes.values[row * n + pick] = Float(slope / (options.temperature * Double(rows.count)))
      }
    }
    var gradient = [Float](repeating: 0, count: layout.count)
    let vectors = distribution.backward(
      self, slopes: slopes, targets: policy.targets, into: &gradient)
    backward(policy.exemplars, outputGradient: vectors, into: &gradient)
    return (value / Double(max(1, rows.count)), gradient)
  }
}
