internal import Foundation

/// Rewards of single exemplars that were observed for a query.
public struct ObservedRewards: Sendable, Codable, Equatable {
  public let query: Int
  public let picks: [Int]
  public let rewards: [Double]

  public init(query: Int, picks: [Int], rewards: [Double]) {
    self.query = query
    self.picks = picks
    self.rewards = rewards
  }
}

/// Fits the network's scores to observed rewards: among the exemplars that were tried for a query, the
/// policy is drawn to `softmax(reward / scale)`.
///
/// Serves as warm start, and alone as the `supervised` baseline (a ranker on the model's likelihood).
/// Sources: Cao et al., "ListNet", 2007; Rubin et al., "EPR", 2022.
public struct RankingRegression: Sendable {
  public var options: TrainingOptions
  /// Divides the rewards, which are scaled to unit deviation first.
  public var rewardTemperature = 0.5
  public var epochs = 30
  /// Share of the queries whose loss decides when to stop.
  public var heldOut = 0.15

  public init(options: TrainingOptions) { self.options = options }

  /// - Returns: the network with the lowest loss on the held-out queries.
  public func fit(
    _ start: MatchingNetwork, _ problem: TrainingProblem, _ observed: [ObservedRewards]
  ) throws -> MatchingNetwork {
    var generator = SeededGenerator(seed: options.seed &+ 0x5EED)
    let usable = observed.filter { $0.picks.count > 1 }.shuffled(using: &generator)
    guard usable.count > 1 else { return start }
    let scale = deviation(usable)
    let held = Array(usable.prefix(max(1, Int(heldOut * Double(usable.count)))))
    var training = Array(usable.dropFirst(held.count))
    var network = start
    var adam = AdamOptimizer(count: start.layout.count)
    var best = (network: start, loss: loss(start, problem, held, scale).value)
    var worse = 0
    for _ in 0..<epochs where worse < 5 {
      training.shuffle(using: &generator)
      for from in stride(from: 0, to: training.count, by: 32) {
        let batch = Array(training[from..<min(training.count, from + 32)])
        var parameters = network.parameters
        adam.ascend(
          &parameters, gradient: loss(network, problem, batch, scale).ascent,
          start: start.parameters, options: options)
        network = try network.with(parameters: parameters)
      }
      let value = loss(network, problem, held, scale).value
      worse = value < best.loss ? 0 : worse + 1
      if value < best.loss { best = (network, value) }
    }
    return best.network
  }

  private func deviation(_ observed: [ObservedRewards]) -> Double {
    let squares = observed.map { row in
      let mean = row.rewards.reduce(0, +) / Double(row.rewards.count)
      return row.rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.rewards.count)
    }
    return max(1e-6, (squares.reduce(0, +) / Double(squares.count)).squareRoot())
  }

  /// Cross-entropy a query, and its ascent direction (the negative gradient).
  private func loss(
    _ network: MatchingNetwork, _ problem: TrainingProblem, _ rows: [ObservedRewards],
    _ scale: Double
  ) -> (value: Double, ascent: [Float]) {
    let policy = EpisodePolicy(network, problem, options)
    let distribution = policy.distribution(
      rows.map { ($0.query, [], Availability(candidates: $0.picks)) })
    var slopes = Matrix(rows: rows.count, columns: problem.poolCount)
    var value = 0.0
    for (row, observed) in rows.enumerated() {
      let highest = observed.rewards.max() ?? 0
      let weights = observed.rewards.map { exp(($0 - highest) / (scale * rewardTemperature)) }
      let sum = weights.reduce(0, +)
      for (pick, weight) in zip(observed.picks, weights) {
        let p = Double(distribution.softmax.values[row * problem.poolCount + pick])
        let target = weight / sum
        value -= target * log(max(p, 1e-30))
        slopes.values[row * problem.poolCount + pick] = Float(
          (target - p) / (options.temperature * Double(rows.count)))
      }
    }
    var ascent = [Float](repeating: 0, count: network.layout.count)
    network.backward(
      distribution.pass, outputGradient: slopes.times(policy.exemplars.output), into: &ascent)
    network.backward(
      policy.exemplars, outputGradient: slopes.transposedTimes(distribution.pass.output),
      into: &ascent)
    return (value / Double(max(1, rows.count)), ascent)
  }
}
