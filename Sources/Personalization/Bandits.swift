import PromptMatching

/// The upper confidence bound of a ridge regression: what the fast layer is compared with.
///
/// Source: Li, Chu, Langford and Schapire, 2010, arXiv 1003.0146, with one shared vector.
public struct LinUCB: Sendable {
  private var inverse: [Double]
  private var right: [Double]
  private let alpha: Double
  private let width: Int

  /// - Parameter alpha: how many standard deviations are added to what is expected.
  public init(width: Int = PairFeatures.count, alpha: Double = 0.5) {
    self.width = width
    self.alpha = alpha
    inverse = [Double](repeating: 0, count: width * width)
    for i in 0..<width { inverse[i * width + i] = 1 }
    right = [Double](repeating: 0, count: width)
  }

  public mutating func learn(_ features: [Float], reward: Double) {
    guard features.count == width else { return }
    let x = features.map(Double.init)
    let spread = product(x)
    let scale = 1 + zip(x, spread).reduce(0) { $0 + $1.0 * $1.1 }
    for i in 0..<width {
      right[i] += x[i] * reward
      for j in 0..<width { inverse[i * width + j] -= spread[i] * spread[j] / scale }
    }
  }

  public func score(_ features: [Float]) -> Double {
    guard features.count == width else { return 0 }
    let x = features.map(Double.init)
    let spread = product(x)
    let expected = zip(spread, right).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = zip(x, spread).reduce(0) { $0 + $1.0 * $1.1 }
    return expected + alpha * max(0, variance).squareRoot()
  }

  /// Weights drawn from what is believed, for Thompson sampling.
  func drawn(deviation: Double, using generator: inout SeededGenerator) -> [Double] {
    var rows = (0..<width).map { i in (0..<width).map { inverse[i * width + $0] } }
    factorByCholesky(&rows)
    let noise = (0..<width).map { _ in generator.normal() }
    let expected = product(right)
    return (0..<width).map { i in
      (0...i).reduce(expected[i]) { $0 + deviation * rows[i][$1] * noise[$1] }
    }
  }

  private func product(_ x: [Double]) -> [Double] {
    (0..<width).map { i in
      (0..<width).reduce(0) { $0 + inverse[i * width + $1] * x[$1] }
    }
  }
}

/// Linear Thompson sampling: each choice draws weights from what is believed.
///
/// Source: Agrawal and Goyal, 2013, arXiv 1209.3352.
public struct ThompsonSampling: Sendable {
  private var regression: LinUCB
  private let deviation: Double

  public init(width: Int = PairFeatures.count, deviation: Double = 0.2) {
    regression = LinUCB(width: width)
    self.deviation = deviation
  }

  public mutating func learn(_ features: [Float], reward: Double) {
    regression.learn(features, reward: reward)
  }

  /// One score per exemplar, all from one draw, which the seed repeats.
  public func scores(_ features: [[Float]], seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    let weights = regression.drawn(deviation: deviation, using: &generator)
    return features.map { zip($0, weights).reduce(0) { $0 + Double($1.0) * $1.1 } }
  }
}
