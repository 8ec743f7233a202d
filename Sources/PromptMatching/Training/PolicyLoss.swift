internal import Foundation

/// The clipped policy gradient of a batch of episodes, with the entropy bonus.
///
/// Per step it ascends `min(r·A, clip(r)·A) + β·H / log n`, r the ratio of the pick's probability
/// to the one it was drawn with; on the first pass r is 1 and this is REINFORCE with a baseline.
/// Sources: Williams, 1992; Kool et al., 2019 (leave-one-out); Schulman et al., 2017 (clipping).
struct PolicyLoss {
  /// The gradient with respect to all parameters, to be ascended.
  let gradient: [Float]
  /// Mean over steps, divided by log of the number of actions: 1 is uniform, 0 is certain.
  let normalisedEntropy: Double
  /// The objective's value.
  let objective: Double

  init(_ policy: EpisodePolicy, episodes: [Episode], advantages: [Double]) {
    let network = policy.network
    let options = policy.options
    var gradient = [Float](repeating: 0, count: network.layout.count)
    var exemplarGradient = Matrix(
      rows: policy.problem.poolCount, columns: network.layout.dimensions)
    var (entropy, objective, steps) = (0.0, 0.0, 0)
    // Ending a list early is a step too.
    let total = episodes.reduce(0) { $0 + $1.logProbabilities.count }
    for step in 0..<(episodes.map(\.logProbabilities.count).max() ?? 0) {
      let rows = episodes.indices.filter { episodes[$0].logProbabilities.count > step }
      let states = rows.map { row in
        let picks = Array(episodes[row].list.picks.prefix(step))
        var available = episodes[row].available
        picks.forEach { available.remove($0) }
        return (query: episodes[row].list.query, picks: picks, available: available)
      }
      let distribution = policy.distribution(states)
      var slopes = Matrix(rows: rows.count, columns: distribution.softmax.columns)
      for (row, episode) in rows.enumerated() {
        let term = StepTerm(
          distribution, row: row, episode: episodes[episode], step: step,
          advantage: advantages[episode], options)
        term.write(distribution, row: row, scale: 1 / Double(max(1, total)), into: &slopes)
        entropy += term.normalisedEntropy
        objective += term.objective
        steps += 1
      }
      exemplarGradient.add(
        distribution.backward(network, slopes: slopes, targets: policy.targets, into: &gradient))
    }
    network.backward(policy.exemplars, outputGradient: exemplarGradient, into: &gradient)
    self.gradient = gradient
    normalisedEntropy = steps > 0 ? entropy / Double(steps) : 0
    self.objective = steps > 0 ? objective / Double(steps) : 0
  }

  /// r − mean of the rewards of the query's other trajectories, divided by the batch's root mean
  /// square.
  ///
  /// - Parameter groups: the number of trajectories per query; those of a query are adjacent.
  static func advantages(_ rewards: [Double], group: Int, usesBaseline: Bool) -> [Double] {
    var result = rewards
    if usesBaseline, group > 1 {
      for start in stride(from: 0, to: rewards.count - group + 1, by: group) {
        let sum = rewards[start..<start + group].reduce(0, +)
        for i in start..<start + group {
          result[i] = rewards[i] - (sum - rewards[i]) / Double(group - 1)
        }
      }
    }
    let square = result.reduce(0) { $0 + $1 * $1 } / Double(max(1, result.count))
    guard square > 1e-12 else { return [Double](repeating: 0, count: result.count) }
    return result.map { max(-4, min(4, $0 / square.squareRoot())) }
  }
}

/// One step of one episode: the derivatives by its scores.
private struct StepTerm {
  let pick: Int
  /// The factor of (δ − softmax) in ∂ log p(pick) / ∂ score.
  let pickFactor: Double
  /// The factor of ∂ H / ∂ score.
  let entropyFactor: Double
  let entropy: Double
  let normalisedEntropy: Double
  let objective: Double

  init(
    _ distribution: StepDistribution, row: Int, episode: Episode, step: Int, advantage: Double,
    _ options: TrainingOptions
  ) {
    let picks = episode.list.picks
    pick = step < picks.count ? picks[step] : distribution.softmax.columns - 1
    let probability = distribution.probability(row: row, pick: pick)
    let ratio = exp(log(max(probability, 1e-300)) - episode.logProbabilities[step])
    let isClipped =
      advantage > 0 && ratio > 1 + options.clip || advantage < 0 && ratio < 1 - options.clip
    let bounded = min(max(ratio, 1 - options.clip), 1 + options.clip)
    let softmax = Double(
      distribution.softmax.row(row)[
        distribution.softmax.row(row).startIndex + pick])
    pickFactor =
      isClipped || probability <= 0
      ? 0
      : advantage * ratio * (1 - distribution.epsilon) * softmax
        / (probability * options.temperature)
    entropy = distribution.entropy(row: row)
    let actions = Double(max(2, distribution.availableCounts[row]))
    normalisedEntropy = entropy / log(actions)
    entropyFactor = options.entropyWeight / (log(actions) * options.temperature)
    objective =
      min(ratio * advantage, bounded * advantage) + options.entropyWeight * normalisedEntropy
  }

  func write(
    _ distribution: StepDistribution, row: Int, scale: Double, into slopes: inout Matrix
  ) {
    let n = slopes.columns
    for j in 0..<n {
      let p = distribution.softmax.values[row * n + j]
      guard p > 0 || j == pick else { continue }
      let softmax = Double(p)
      var slope = pickFactor * ((j == pick ? 1 : 0) - softmax)
      if entropyFactor != 0, p > 0 { slope -= entropyFactor * softmax * (log(softmax) + entropy) }
      slopes.values[row * n + j] = Float(slope * scale)
    }
  }
}
