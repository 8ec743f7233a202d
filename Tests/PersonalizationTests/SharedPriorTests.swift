import Personalization
import PromptMatching
import PromptPool
import Testing

@Suite struct SharedPriorTests {
  /// A project where rewards are these weights times the features, with noise.
  private func learned(
    _ weights: [Double], outcomes: Int, seed: UInt64, prior: FastLayer.Prior = FastLayer.Prior()
  ) -> FastLayer {
    var layer = FastLayer(prior: prior)
    var generator = SeededGenerator(seed: seed)
    for step in 0..<outcomes {
      let x = features(&generator)
      let reward = zip(x, weights).reduce(0.1 * generator.normal()) { $0 + Double($1.0) * $1.1 }
      layer.learn(
        [OutcomeShot(exemplar: Int64(step), pool: "p", features: x)],
        reward: min(1, max(0, reward)))
    }
    return layer
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  @Test func withoutProjectsItIsTheProgramsOwn() {
    #expect(FastLayer.Prior(from: []) == FastLayer.Prior())
    let nothing = FastLayer().evidence
    #expect(FastLayer.Prior(from: [nothing, nothing]) == FastLayer.Prior())
  }

  @Test func whatProjectsAgreeOnIsBelieved() {
    var generator = SeededGenerator(seed: 11)
    let common = [0.5] + (1..<PairFeatures.count).map { _ in 0.15 * generator.normal() }
    let projects = (0..<12).map { project in
      let own = common.map { $0 + 0.03 * generator.normal() }
      return learned(own, outcomes: 150, seed: UInt64(100 + project)).evidence
    }
    let before = distance(FastLayer.Prior().weights, common)
    let one = distance(FastLayer.Prior(from: [projects[0]]).weights, common)
    let all = distance(FastLayer.Prior(from: projects).weights, common)
    #expect(one < before)
    #expect(all < 0.5 * before && all < one)
  }

  /// Knowledge that came from others is not told again as one's own.
  @Test func evidenceIsWithoutThePrior() {
    let weights = [0.5] + [Double](repeating: 0.1, count: PairFeatures.count - 1)
    var told = FastLayer.Prior()
    told.weights = weights
    let fresh = learned(weights, outcomes: 0, seed: 1, prior: told).evidence
    #expect(fresh.information.allSatisfy { abs($0) < 1e-9 })
    #expect(fresh.precision.allSatisfy { abs($0) < 1e-9 })
  }

  @Test func unsoundEvidenceIsLeftOut() {
    let sound = learned([0.9], outcomes: 40, seed: 3).evidence
    var short = sound
    short.precision.removeLast()
    var endless = sound
    endless.information[2] = .infinity
    var negative = sound
    negative.precision[0] = -1
    #expect(
      FastLayer.Prior(from: [short, sound, endless, negative]) == FastLayer.Prior(from: [sound]))
  }
}
