/// One choice that was shown and rewarded, and its probability under a new policy.
public struct LoggedChoice: Sendable, Codable, Equatable {
  /// The input of a reward model, for example the embeddings of the query and the chosen exemplars.
  public let features: [Double]
  public let reward: Double
  /// Probability with which the logging policy chose the list; above 0.
  public let propensity: Double
  /// Probability with which the new policy would choose the same list.
  public let targetPropensity: Double
  /// Features of lists that the new policy would draw for the same query, for doubly robust
  /// estimates.
  public let targetFeatures: [[Double]]

  public init(
    features: [Double], reward: Double, propensity: Double, targetPropensity: Double,
    targetFeatures: [[Double]] = []
  ) {
    self.features = features
    self.reward = reward
    self.propensity = propensity
    self.targetPropensity = targetPropensity
    self.targetFeatures = targetFeatures
  }

  var weight: Double { targetPropensity / propensity }
}

/// A policy's estimated value with its uncertainty.
public struct PolicyValue: Sendable, Codable, Equatable {
  public let estimate: Double
  /// 95 % interval.
  public let low: Double
  public let high: Double
  /// (Σw)² / Σw²: how many of the new policy's own choices the log is worth.
  public let effectiveSampleSize: Double
}

/// Why a log yields no estimate.
public enum OffPolicyError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooFew(Int)
  case badChoice(Int)

  public var description: String {
    switch self {
    case .tooFew(let count):
      "An estimate needs at least 10 logged choices, and there are \(count): collect more feedback."
    case .badChoice(let number):
      "Logged choice number \(number) has a propensity outside of (0, 1] or a value that is not "
        + "finite, so nothing can be learned from the log as it is."
    }
  }
}
