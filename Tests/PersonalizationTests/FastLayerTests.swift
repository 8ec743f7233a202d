import Personalization
import PromptMatching
import PromptPool
import Testing

@Suite struct FastLayerTests {
  /// Without forgetting and without offsets, the posterior mean is ridge regression's solution.
  @Test func weightsAreThoseOfRidgeRegression() {
    var prior = FastLayer.Prior()
    prior.forgetting = 1
    prior.poolDeviation = 1e-9
    prior.exemplarDeviation = 1e-9
    prior.weights[0] = 0
    var layer = FastLayer(prior: prior)
    let n = PairFeatures.count
    var generator = SeededGenerator(seed: 1)
    let truth = (0..<n).map { _ in generator.normal() * 0.2 }
    var normal = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var right = [Double](repeating: 0, count: n)
    for step in 0..<200 {
      let x = features(&generator)
      let reward = zip(x, truth).reduce(0.1 * generator.normal()) { $0 + Double($1.0) * $1.1 }
      layer.learn([OutcomeShot(exemplar: Int64(step), pool: "p", features: x)], reward: reward)
      for i in 0..<n {
        right[i] += Double(x[i]) * reward
        for j in 0...i { normal[i][j] += Double(x[i]) * Double(x[j]) }
      }
    }
    for i in 0..<n {
      let deviation = i == 0 ? prior.baseDeviation : prior.weightDeviation
      normal[i][i] += prior.noise * prior.noise / (deviation * deviation)
    }
    let solution = solveByCholesky(&normal, right)
    for _ in 0..<20 {
      let x = features(&generator)
      let expected = zip(x, solution).reduce(0) { $0 + Double($1.0) * $1.1 }
      let found = layer.worth(OutcomeShot(exemplar: -1, pool: "q", features: x)).mean
      #expect(abs(expected - found) < 1e-6)
    }
  }

  @Test func exemplarsThatAreKeptRiseAndOthersSink() {
    var layer = FastLayer()
    var generator = SeededGenerator(seed: 2)
    let x = features(&generator)
    let good = OutcomeShot(exemplar: 1, pool: "p", features: x)
    let bad = OutcomeShot(exemplar: 2, pool: "p", features: x)
    for _ in 0..<5 {
      layer.learn([good], reward: 1)
      layer.learn([bad], reward: 0)
    }
    let new = layer.worth(OutcomeShot(exemplar: 3, pool: "p", features: x))
    #expect(layer.worth(good).mean > new.mean + 0.1)
    #expect(layer.worth(bad).mean < new.mean - 0.1)
    #expect(layer.worth(good).deviation < new.deviation)
  }

  /// What was learned long ago gives way when habits change.
  @Test func changesOfHabitsAreFollowed() {
    var layer = FastLayer()
    var generator = SeededGenerator(seed: 3)
    let (a, b) = (features(&generator), features(&generator))
    let one = OutcomeShot(exemplar: 1, pool: "p", features: a)
    let two = OutcomeShot(exemplar: 2, pool: "p", features: b)
    for _ in 0..<500 {
      layer.learn([one], reward: 1)
      layer.learn([two], reward: 0)
    }
    var steps = 0
    while layer.worth(one).mean > layer.worth(two).mean, steps < 500 {
      layer.learn([one], reward: 0)
      layer.learn([two], reward: 1)
      steps += 1
    }
    #expect(steps < 40)
  }

  @Test func nonsenseTeachesNothing() {
    var layer = FastLayer()
    let before = layer
    layer.learn([], reward: 1)
    layer.learn([OutcomeShot(exemplar: 1, pool: "p", features: [1, 2])], reward: 1)
    let x = [Float](repeating: 1, count: PairFeatures.count)
    layer.learn([OutcomeShot(exemplar: 1, pool: "p", features: x)], reward: .nan)
    #expect(layer == before)
  }
}
