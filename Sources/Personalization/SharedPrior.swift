/// What one project's outcomes say about the weights of ``FastLayer``, without what was believed
/// before them: a Gaussian likelihood in information form, weight by weight.
public struct WeightEvidence: Sendable, Codable, Equatable {
  /// By how much the outcomes raised the precision of each weight.
  public var precision: [Double]
  /// The same, times the values that the outcomes speak for.
  public var information: [Double]
  /// How many outcomes there were.
  public var outcomes: Int

  /// Whether it can be used: files come from outside.
  public var isSound: Bool {
    precision.count == PairFeatures.count && information.count == PairFeatures.count
      && outcomes >= 0
      && precision.allSatisfy { $0.isFinite && $0 >= 0 }
      && information.allSatisfy { $0.isFinite && abs($0) < 1e6 }
  }
}

extension FastLayer {
  /// What its outcomes have taught about the weights.
  public var evidence: WeightEvidence {
    let n = mean.count
    var evidence = WeightEvidence(
      precision: [Double](repeating: 0, count: n), information: [Double](repeating: 0, count: n),
      outcomes: steps)
    for i in 0..<n {
      let deviation = prior.deviation(ofWeight: i)
      let (before, after) = (1 / (deviation * deviation), 1 / covariance[i * n + i])
      evidence.precision[i] = max(0, after - before)
      evidence.information[i] = mean[i] * after - prior.weights[i] * before
    }
    return evidence
  }
}

extension FastLayer.Prior {
  /// What projects agree on, as the prior of a new one.
  ///
  /// Each project's weights are drawn around common ones, with the deviations of the prior: a
  /// random-effects model, whose mean shrinks towards the prior that comes with the program (Gelman et
  /// al., Bayesian Data Analysis, 5.4). Evidence that is not sound is left out.
  public init(from projects: [WeightEvidence]) {
    self.init()
    let projects = projects.filter(\.isSound)
    for i in weights.indices {
      let variance = deviation(ofWeight: i) * deviation(ofWeight: i)
      var (total, sum) = (1 / variance, weights[i] / variance)
      for project in projects {
        let share = 1 / (1 + project.precision[i] * variance)
        total += project.precision[i] * share
        sum += project.information[i] * share
      }
      weights[i] = sum / total
    }
  }

  /// The first weight is of the constant feature.
  func deviation(ofWeight place: Int) -> Double {
    place == 0 ? baseDeviation : weightDeviation
  }
}
