import Personalization
import PromptMatching
import PromptPool
import Testing

@Suite struct BanditTests {
  /// With no width for doubt, the score is ridge regression's prediction.
  @Test func linUCBPredictsAsRidgeRegression() {
    let n = 3
    var bandit = LinUCB(width: n, alpha: 0)
    var generator = SeededGenerator(seed: 1)
    var normal = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    var right = [Double](repeating: 0, count: n)
    for _ in 0..<50 {
      let x = (0..<n).map { _ in Float(generator.normal()) }
      let reward = Double(x[0]) - 0.5 * Double(x[2])
      bandit.learn(x, reward: reward)
      for i in 0..<n {
        right[i] += Double(x[i]) * reward
        for j in 0..<n { normal[i][j] += Double(x[i]) * Double(x[j]) }
      }
    }
    let solution = solveByCholesky(&normal, right)
    #expect(
      abs(bandit.score([1, 2, 3]) - (solution[0] + 2 * solution[1] + 3 * solution[2])) < 1e-6)
  }

  @Test func linUCBIsCuriousAboutWhatItHasNotSeen() {
    var bandit = LinUCB(width: 2, alpha: 1)
    for _ in 0..<20 { bandit.learn([1, 0], reward: 0.5) }
    #expect(bandit.score([0, 1]) > bandit.score([1, 0]))
  }

  @Test func thompsonSamplingRepeatsItsDraws() {
    var bandit = ThompsonSampling(width: 2, deviation: 0.3)
    for _ in 0..<500 { bandit.learn([1, 0], reward: 1) }
    for _ in 0..<500 { bandit.learn([0, 1], reward: 0) }
    let candidates: [[Float]] = [[1, 0], [0, 1]]
    #expect(bandit.scores(candidates, seed: 3) == bandit.scores(candidates, seed: 3))
    for seed in 0..<50 {
      let scores = bandit.scores(candidates, seed: UInt64(seed))
      #expect(abs(scores[0] - 1) < 0.1)
      #expect(abs(scores[1]) < 0.1)
    }
  }

  /// A bandit orders the candidates; whether there are to be any is still compared on the scores' level.
  @Test(arguments: [LearningSwitches.Chooser.linUCB, .thompson])
  func theLevelOfTheScoresStays(_ chooser: LearningSwitches.Chooser) {
    var learning = FastLearning(chooser: chooser)
    var generator = SeededGenerator(seed: 4)
    let candidates = (1...5).map {
      OutcomeShot(exemplar: Int64($0), pool: "p", features: features(&generator))
    }
    for id in 1...30 {
      learning.learn(Observation(outcome(Int64(id), event: id % 3 == 0 ? .rejected : .accepted)))
    }
    let scores: [Float] = [3, 1, 2, 5, 4]
    let shifts = learning.verdicts(
      query: vector(0), context: ContextKey("x", "", nil), candidates: candidates, scores: scores
    ).map(\.shift)
    #expect(abs(shifts.reduce(0, +)) < 1e-4)
    #expect(shifts.contains { abs($0) > 0.1 })
  }
}
