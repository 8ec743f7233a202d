internal import Foundation

/// Fits the network's scores to observed rewards: among the exemplars that were tried for a query,
/// the policy is pulled towards `softmax(reward / scale)`.
///
/// The `supervised` baseline: a ranker on the model's likelihood.
/// Sources: Cao et al., "ListNet", 2007; Rubin et al., "EPR", 2022.
public struct RankingRegression: Sendable {
  public var options: TrainingOptions
  /// Divides the rewards, which are first scaled to unit deviation.
  public var rewardTemperature = 0.5
  public var epochs = 30
  /// Share of the queries that decide when to stop.
  public var heldOut = 0.15

  public init(options: TrainingOptions) { self.options = options }

  /// - Returns: the network with the lowest loss on the held-out queries.
  public func fit(
    _ start: MatchingNetwork, _ problem: TrainingProblem, _ observed: [ObservedRewards]
  ) throws -> MatchingNetwork {
    var generator = SeededGenerator(seed: options.seed &+ 0x5EED)
    let usable = observed.filter { $0.picks.count > 1 }.shuffled(using: &generator)
    guard usable.count > 1 else { return start }
    let scale = usable.deviation
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

  /// Cross-entropy per query, and its negative gradient.
  private func loss(
    _ network: MatchingNetwork, _ problem: TrainingProblem, _ rows: [ObservedRewards],
    _ scale: Double
  ) -> (value: Double, ascent: [Float]) {
    let fit = network.firstPick(problem, rows, options) { row, probabilities in
      let highest = row.rewards.max() ?? 0
      let weights = row.rewards.map { exp(($0 - highest) / (scale * rewardTemperature)) }
      let sum = weights.reduce(0, +)
      let targets = weights.map { $0 / sum }
      return (
        zip(targets, probabilities).reduce(0) { $0 + $1.0 * log(max($1.1, 1e-30)) },
        zip(targets, probabilities).map { $0 - $1 }
      )
    }
    return (-fit.value, fit.gradient)
  }
}
