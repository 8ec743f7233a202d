public import PromptPool

/// A Bayesian linear model of what a list of exemplars is worth: a weight vector, an offset per pool
/// and an offset per exemplar, all Gaussian.
///
/// The mean over a list's exemplars of weights·features + pool's offset + exemplar's offset is the
/// expected reward. After each outcome, the beliefs about what took part move in closed form, each
/// block by itself (assumed-density filtering; for the weights alone it is the Kalman filter). What
/// is believed fades towards the prior, so that a change of habits is soon followed: after
/// `forgetting`ⁿ outcomes n, that share of what was learned is left in the precision.
///
/// Sources: Bishop, Pattern Recognition and Machine Learning, 3.3; Riquelme et al., arXiv 1802.09127;
/// discounting as in Russac, Vernade and Cappé, arXiv 1909.09146.
public struct FastLayer: Sendable, Equatable {
  /// What is believed before anything is known; deviations in units of reward.
  public struct Prior: Sendable, Codable, Equatable {
    /// Of the weights; the first is of the constant feature.
    public var weights: [Double]
    public var baseDeviation = 0.5
    public var weightDeviation = 0.3
    public var poolDeviation = 0.1
    public var exemplarDeviation = 0.2
    /// Of one reward around what the list is worth.
    public var noise = 0.3
    /// Left of the knowledge after one more outcome.
    public var forgetting = 0.995

    public init() {
      weights = [Double](repeating: 0, count: PairFeatures.count)
      weights[0] = 0.4
    }
  }

  struct Belief: Sendable, Equatable {
    var mean: Double
    var variance: Double
    /// The outcome after which it was changed last.
    var step: Int
  }

  public let prior: Prior
  private(set) var mean: [Double]
  /// Covariance of the weights, [n × n] row-major.
  private(set) var covariance: [Double]
  private var pools: [String: Belief] = [:]
  private var exemplars: [Int64: Belief] = [:]
  /// How many outcomes it has learned from.
  public private(set) var steps = 0

  public init(prior: Prior = Prior()) {
    self.prior = prior
    mean = prior.weights
    covariance = Self.covariance(prior)
  }

  private static func covariance(_ prior: Prior) -> [Double] {
    let n = prior.weights.count
    var values = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      let deviation = prior.deviation(ofWeight: i)
      values[i * n + i] = deviation * deviation
    }
    return values
  }

  /// The expected reward of one exemplar for one instruction, and its standard deviation.
  public func worth(_ shot: OutcomeShot) -> (mean: Double, deviation: Double) {
    let x = shot.features.map(Double.init)
    guard x.count == mean.count else { return (prior.weights[0], prior.baseDeviation) }
    let pool = belief(pools[shot.pool], prior.poolDeviation)
    let exemplar = belief(exemplars[shot.exemplar], prior.exemplarDeviation)
    let expected = zip(mean, x).reduce(pool.mean + exemplar.mean) { $0 + $1.0 * $1.1 }
    let variance =
      zip(x, spread(x)).reduce(0) { $0 + $1.0 * $1.1 } + pool.variance + exemplar.variance
    return (expected, max(0, variance).squareRoot())
  }

  /// The expected reward of a list.
  public func worth(_ shots: [OutcomeShot]) -> Double {
    guard !shots.isEmpty else { return prior.weights[0] }
    return shots.reduce(0) { $0 + worth($1).mean } / Double(shots.count)
  }

  /// Learns what a list was worth; time n², memory an offset per exemplar.
  ///
  /// - Parameters:
  ///   - reward: 0 to 1.
  ///   - weight: above 0; 1 for an outcome that says it plainly.
  /// - Returns: how much better it was than expected.
  @discardableResult
  public mutating func learn(
    _ shots: [OutcomeShot], reward: Double, weight: Double = 1
  ) -> Double {
    let shots = shots.filter { $0.features.count == mean.count }
    guard !shots.isEmpty, reward.isFinite, weight > 0 else { return 0 }
    steps += 1
    fade()
    let share = 1 / Double(shots.count)
    var x = [Double](repeating: 0, count: mean.count)
    for shot in shots {
      for (i, value) in shot.features.enumerated() { x[i] += Double(value) * share }
    }
    let surprise = reward - worth(shots)
    let gain = spread(x)
    var total = prior.noise * prior.noise / weight
    total += zip(x, gain).reduce(0) { $0 + $1.0 * $1.1 }
    var poolShares: [String: Double] = [:]
    for shot in shots { poolShares[shot.pool, default: 0] += share }
    let ofPools = poolShares.map { ($0, $1, belief(pools[$0], prior.poolDeviation)) }
    let ofExemplars = shots.map {
      ($0.exemplar, share, belief(exemplars[$0.exemplar], prior.exemplarDeviation))
    }
    total += ofPools.reduce(0) { $0 + $1.1 * $1.1 * $1.2.variance }
    total += ofExemplars.reduce(0) { $0 + $1.1 * $1.1 * $1.2.variance }
    let n = mean.count
    for i in 0..<n {
      mean[i] += gain[i] / total * surprise
      for j in 0..<n { covariance[i * n + j] -= gain[i] * gain[j] / total }
    }
    for (key, share, before) in ofPools {
      pools[key] = updated(before, share, total, surprise)
    }
    for (key, share, before) in ofExemplars {
      exemplars[key] = updated(before, share, total, surprise)
    }
    return surprise
  }

  private func updated(
    _ belief: Belief, _ share: Double, _ total: Double, _ surprise: Double
  ) -> Belief {
    let gain = share * belief.variance / total
    return Belief(
      mean: belief.mean + gain * surprise,
      variance: max(1e-9, belief.variance * (1 - gain * share)), step: steps)
  }

  /// Covariance times a vector.
  private func spread(_ x: [Double]) -> [Double] {
    let n = mean.count
    return (0..<n).map { i in
      var sum = 0.0
      for j in 0..<n { sum += covariance[i * n + j] * x[j] }
      return sum
    }
  }

  /// What is known of the weights fades by one step.
  private mutating func fade() {
    let kept = prior.forgetting
    let start = Self.covariance(prior)
    for i in covariance.indices { covariance[i] = kept * covariance[i] + (1 - kept) * start[i] }
  }

  /// A belief as it is now: offsets fade only when they are looked at.
  private func belief(_ stored: Belief?, _ deviation: Double) -> Belief {
    let start = deviation * deviation
    guard let stored else { return Belief(mean: 0, variance: start, step: steps) }
    var kept = 1.0
    var age = steps - stored.step
    var factor = prior.forgetting
    while age > 0 {
      if age & 1 == 1 { kept *= factor }
      factor *= factor
      age >>= 1
    }
    return Belief(
      mean: kept * stored.mean, variance: start - kept * (start - stored.variance), step: steps)
  }
}
