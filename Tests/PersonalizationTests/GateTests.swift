import Foundation
import Personalization
import PromptMatching
import Testing

@Suite struct GateCalibrationTests {
  private let shipped = SuggestionGate(bias: 0, weights: [0, 0, 0])

  /// Answers of a person who keeps what the first number says; long texts are kept more rarely.
  private func labels(_ count: Int, seed: UInt64, slope: Double = 3) -> [GateLabel] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let x = (0..<3).map { _ in generator.normal() }
      let isKept = generator.uniform() < 1 / (1 + exp(-slope * x[0] + 1))
      return GateLabel(
        evidence: x, isKept: isKept, keptCharacters: isKept ? 20 + 40 * generator.uniform() : 0)
    }
  }

  @Test func fewLabelsChangeNothing() {
    #expect(GateCalibration.calibrate(labels(49, seed: 1), around: shipped) == nil)
  }

  @Test func weightsComeNearTheTruth() {
    let gate = GateCalibration.fit(labels(600, seed: 2), around: shipped)
    #expect(abs(gate.weights[0] - 3) < 0.6)
    #expect(abs(gate.weights[1]) < 0.4)
    #expect(abs(gate.bias + 1) < 0.4)
  }

  /// The gradient of what is minimised vanishes at the fit, so Newton's method has arrived.
  @Test func theFitIsAnOptimum() {
    let data = labels(200, seed: 3)
    let gate = GateCalibration.fit(data, around: shipped)
    func cost(_ gate: SuggestionGate) -> Double {
      let pull = gate.weights.reduce(0) { $0 + $1 * $1 } * 2 + gate.bias * gate.bias / 2
      return pull - GateCalibration.logLikelihoods(data, gate).reduce(0, +)
    }
    let best = cost(gate)
    for place in 0..<3 {
      for change in [-0.02, 0.02] {
        var other = gate
        other.weights[place] += change
        #expect(cost(other) > best)
      }
    }
  }

  /// What withholding costs on answers that were not seen stays within the bound, on the average,
  /// and many bad answers are withheld.
  @Test func withholdingCostsFewKeptCharacters() throws {
    var lost: [Double] = []
    var withheldBad: [Double] = []
    for seed in 0..<20 {
      let gate = try #require(
        GateCalibration.calibrate(labels(300, seed: UInt64(seed)), around: shipped))
      let fresh = labels(2000, seed: UInt64(1000 + seed))
      let withheld = fresh.filter { gate.model.probability($0.evidence) < gate.threshold }
      let all = fresh.reduce(0) { $0 + $1.keptCharacters }
      lost.append(withheld.reduce(0) { $0 + $1.keptCharacters } / all)
      withheldBad.append(
        Double(withheld.count { !$0.isKept }) / Double(fresh.count { !$0.isKept }))
    }
    #expect(lost.reduce(0, +) / 20 < GateCalibration.mostLost)
    #expect(withheldBad.reduce(0, +) / 20 > 0.3)
  }

  @Test func aShareOfTheWithheldIsShownAndLogged() {
    let gate = CalibratedGate(model: shipped, threshold: 0.9)
    let decisions = (0..<2000).map {
      GateDecision([0, 0, 0], gate: gate, shipped: shipped, least: 0, seed: UInt64($0))
    }
    let share = Double(decisions.count(where: \.isShown)) / 2000
    #expect(abs(share - GateCalibration.shownAnyway) < 0.02)
    #expect(decisions.allSatisfy { $0.showProbability == GateCalibration.shownAnyway })
    // What the settings withhold is not shown for the sake of learning.
    let strict = (0..<200).map {
      GateDecision([0, 0, 0], gate: gate, shipped: shipped, least: 0.8, seed: UInt64($0))
    }
    #expect(strict.allSatisfy { !$0.isShown && $0.showProbability == 0 })
  }
}

@Suite struct PromotionGateTests {
  private func trial(effect: Double, seed: UInt64, count: Int = 60) -> PromotionGate {
    var generator = SeededGenerator(seed: seed)
    let served = (0..<count).map { _ in generator.normal() }
    let new = served.map { $0 + effect + 0.5 * generator.normal() }
    return PromotionGate(new: new, served: served)
  }

  /// Versions that are worse by a tenth of a standard deviation of the outcomes, and ones that are
  /// no better: the issue is how many come into service.
  @Test(arguments: [-0.3, -0.1, 0.0]) func harmfulVersionsAreHeldBack(effect: Double) {
    let promoted = (0..<200).count { trial(effect: effect, seed: UInt64($0)).isPassed }
    #expect(promoted <= (effect < 0 ? 10 : 18))
  }

  @Test func betterVersionsPass() {
    #expect((0..<100).count { trial(effect: 0.3, seed: UInt64($0)).isPassed } > 95)
  }

  @Test func fewOutcomesDecideNothing() {
    #expect(!trial(effect: 5, seed: 1, count: 19).isPassed)
    #expect(!PromotionGate(new: [], served: []).isPassed)
  }

  /// Values of a table of Student's t.
  @Test func quantilesAreThoseOfStudent() {
    for (freedom, expected) in [(4, 2.132), (10, 1.812), (30, 1.697), (120, 1.658)] {
      #expect(abs(StudentT.quantile(normal: 1.6449, freedom: freedom) - expected) < 0.01)
    }
    for (freedom, expected) in [(4, 2.776), (10, 2.228), (30, 2.042)] {
      #expect(abs(StudentT.quantile(normal: 1.96, freedom: freedom) - expected) < 0.02)
    }
  }
}
