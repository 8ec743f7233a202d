internal import Foundation

/// Estimates what a new policy would have earned, from what another one earned.
///
/// Sources: Horvitz and Thompson, 1952; Swaminathan and Joachims, 2015 (self-normalised); Dudík et
/// al., 2011 (doubly robust). Intervals are normal, with the variance of the influence function.
public enum OffPolicyEstimate {
  /// z of a two-sided 95 % interval.
  static let z = 1.959963984540054

  /// Mean of weight · reward, with weights clipped at `clip`: unbiased without clipping, but with
  /// high variance where policies differ.
  public static func inversePropensity(
    _ log: [LoggedChoice], clip: Double = .infinity
  ) throws(OffPolicyError) -> PolicyValue {
    let weights = try weights(log, clip: clip)
    let terms = zip(weights, log).map { $0 * $1.reward }
    return value(terms, weights: weights)
  }

  /// Σ weight · reward / Σ weight: always within the rewards' range.
  public static func selfNormalised(
    _ log: [LoggedChoice], clip: Double = .infinity
  ) throws(OffPolicyError) -> PolicyValue {
    let weights = try weights(log, clip: clip)
    let mean = weights.reduce(0, +) / Double(log.count)
    guard mean > 0 else {
      return PolicyValue(estimate: 0, low: -.infinity, high: .infinity, effectiveSampleSize: 0)
    }
    let estimate =
      zip(weights, log).reduce(0) { $0 + $1.0 * $1.1.reward } / mean / Double(log.count)
    // Influence function of the ratio of means.
    let terms = zip(weights, log).map { estimate + $0 * ($1.reward - estimate) / mean }
    return value(terms, weights: weights)
  }

  /// The reward model's mean under the new policy, plus its weighted errors: correct if the model
  /// or the propensities are.
  ///
  /// For each half of the log, the model is fitted on the other half, so that it is not tested on
  /// its own data.
  public static func doublyRobust(
    _ log: [LoggedChoice], clip: Double = .infinity
  ) throws(OffPolicyError) -> PolicyValue {
    let weights = try weights(log, clip: clip)
    var terms = [Double](repeating: 0, count: log.count)
    for half in 0..<2 {
      let model = RidgeRegression(
        log.indices.filter { $0 % 2 != half }.map { (log[$0].features, log[$0].reward) })
      for i in log.indices where i % 2 == half {
        let drawn = log[i].targetFeatures.map(model.predict)
        let expected =
          drawn.isEmpty ? model.predict(log[i].features) : drawn.reduce(0, +) / Double(drawn.count)
        terms[i] = expected + weights[i] * (log[i].reward - model.predict(log[i].features))
      }
    }
    return value(terms, weights: weights)
  }

  private static func weights(
    _ log: [LoggedChoice], clip: Double
  ) throws(OffPolicyError) -> [Double] {
    guard log.count >= 10 else { throw .tooFew(log.count) }
    for (number, choice) in log.enumerated() {
      guard choice.propensity > 0, choice.propensity <= 1 + 1e-9, choice.reward.isFinite,
        (0...1 + 1e-9).contains(choice.targetPropensity), choice.features.allSatisfy(\.isFinite)
      else { throw .badChoice(number) }
    }
    return log.map { min($0.weight, clip) }
  }

  private static func value(_ terms: [Double], weights: [Double]) -> PolicyValue {
    let n = Double(terms.count)
    let mean = terms.reduce(0, +) / n
    let variance = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let half = z * (variance / n).squareRoot()
    let sum = weights.reduce(0, +)
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return PolicyValue(
      estimate: mean, low: mean - half, high: mean + half,
      effectiveSampleSize: squares > 0 ? sum * sum / squares : 0)
  }
}
