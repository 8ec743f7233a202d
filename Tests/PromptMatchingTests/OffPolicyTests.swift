import Foundation
import PromptMatching
import Testing

@Suite struct OffPolicyTests {
  /// Four actions in contexts of one number; rewards are 0 or 1 with known probabilities.
  private struct Simulator {
    var generator: SeededGenerator

    static func success(_ x: Double, _ action: Int) -> Double {
      0.2 + 0.15 * Double(action) * x + (action == 2 ? 0.1 : 0)
    }
    static func logging(_ action: Int) -> Double { [0.4, 0.3, 0.2, 0.1][action] }
    static func target(_ x: Double) -> [Double] {
      x > 0.5 ? [0.1, 0.1, 0.2, 0.6] : [0.2, 0.2, 0.4, 0.2]
    }
    static func features(_ x: Double, _ action: Int) -> [Double] {
      [x] + (0..<4).map { $0 == action ? 1 : 0 } + (0..<4).map { $0 == action ? x : 0 }
    }

    /// By integrating over x.
    static var truth: Double {
      (0..<10_000).reduce(0) { sum, step in
        let x = (Double(step) + 0.5) / 10_000
        return sum + zip(0..<4, target(x)).reduce(0) { $0 + $1.1 * success(x, $1.0) } / 10_000
      }
    }

    mutating func log(_ count: Int) -> [LoggedChoice] {
      (0..<count).map { _ in
        let x = generator.uniform()
        let action = draw((0..<4).map(Self.logging))
        let target = Self.target(x)
        return LoggedChoice(
          features: Self.features(x, action),
          reward: generator.uniform() < Self.success(x, action) ? 1 : 0,
          propensity: Self.logging(action), targetPropensity: target[action],
          targetFeatures: (0..<40).map { _ in Self.features(x, draw(target)) })
      }
    }

    private mutating func draw(_ probabilities: [Double]) -> Int {
      var rest = generator.uniform()
      for (action, p) in probabilities.enumerated() {
        rest -= p
        if rest < 0 { return action }
      }
      return probabilities.count - 1
    }
  }

  @Test func intervalsCoverTheTruthAsOftenAsTheySay() throws {
    let truth = Simulator.truth
    var covered = [0, 0, 0]
    var means = [0.0, 0, 0]
    for repetition in 0..<500 as Range<UInt64> {
      var simulator = Simulator(generator: SeededGenerator(seed: repetition))
      let log = simulator.log(300)
      let estimates = [
        try OffPolicyEstimate.inversePropensity(log),
        try OffPolicyEstimate.selfNormalised(log), try OffPolicyEstimate.doublyRobust(log),
      ]
      for (i, value) in estimates.enumerated() {
        means[i] += value.estimate / 500
        if value.low <= truth, truth <= value.high { covered[i] += 1 }
      }
    }
    for count in covered { #expect((450...495).contains(count), "\(covered) of 500") }
    for mean in means { #expect(abs(mean - truth) < 0.01, "\(means), \(truth)") }
  }

  @Test func doublyRobustIsTighterWithAGoodModel() throws {
    var simulator = Simulator(generator: SeededGenerator(seed: 5))
    let log = simulator.log(2_000)
    let plain = try OffPolicyEstimate.inversePropensity(log)
    let robust = try OffPolicyEstimate.doublyRobust(log)
    #expect(robust.high - robust.low < plain.high - plain.low)
  }

  @Test func theSamePolicyIsItsOwnMean() throws {
    let log = (0..<20).map {
      LoggedChoice(
        features: [], reward: Double($0 % 2), propensity: 0.3, targetPropensity: 0.3)
    }
    let value = try OffPolicyEstimate.selfNormalised(log)
    #expect(abs(value.estimate - 0.5) < 1e-12)
    #expect(abs(value.effectiveSampleSize - 20) < 1e-9)
  }

  @Test func clippingBoundsTheWeights() throws {
    let log = (0..<20).map {
      LoggedChoice(
        features: [], reward: 1, propensity: $0 == 0 ? 0.001 : 0.5, targetPropensity: 0.5)
    }
    #expect(try OffPolicyEstimate.inversePropensity(log).estimate > 20)
    #expect(try OffPolicyEstimate.inversePropensity(log, clip: 2).estimate < 1.1)
  }

  @Test func badLogsAreRefused() throws {
    #expect(throws: OffPolicyError.tooFew(0)) { try OffPolicyEstimate.inversePropensity([]) }
    let bad = (0..<12).map { place in
      LoggedChoice(
        features: [], reward: place == 7 ? .nan : 1, propensity: 0.5, targetPropensity: 0.5)
    }
    #expect(throws: OffPolicyError.badChoice(7)) { try OffPolicyEstimate.doublyRobust(bad) }
  }
}
