import PromptMatching
import Synchronization
import Testing

/// Instructions of two kinds: exemplars help the one and hurt the other.
@Suite struct StoppingTests {
  private static let d = 24
  private let problem: TrainingProblem
  private let isHelped: [Bool]
  private let pool: [Bool]

  init() throws {
    let marks = randomVectors(2, Self.d, seed: 11)
    func vectors(_ kinds: [Bool], seed: UInt64) -> [Float] {
      let noise = randomVectors(kinds.count, Self.d, seed: seed)
      return kinds.enumerated().flatMap { row, kind in
        (0..<Self.d).map { marks[(kind ? 0 : Self.d) + $0] + 0.8 * noise[row * Self.d + $0] }
      }
    }
    func texts(_ kinds: [Bool]) -> [Demonstration] {
      kinds.enumerated().map { row, kind in
        Demonstration(
          instruction: kind
            ? "Add the numbers \(row) and 7." : "Tell me a story about \(row) cats.",
          output: kind ? "\(row + 7)" : "Once upon a time there were \(row) cats.")
      }
    }
    isHelped = (0..<80).map { $0 % 2 == 0 }
    pool = (0..<40).map { $0 % 4 < 2 }
    problem = try TrainingProblem(
      pool: vectors(pool, seed: 12), queries: vectors(isHelped, seed: 13), dimensions: Self.d,
      encoderIdentity: "test"
    ).described(pool: texts(pool), queries: texts(isHelped).map(\.request))
  }

  private var reward: ComputedReward {
    let (pool, isHelped) = (pool, isHelped)
    return ComputedReward { list in
      list.picks.reduce(0) { $0 + (!isHelped[list.query] ? -1 : pool[$1] ? 1 : 0.2) }
    }
  }

  @Test(arguments: [1, 2]) func trainingLearnsWhereNoExemplarHelps(shots: Int) async throws {
    var options = TrainingOptions()
    options.shots = shots
    options.hidden = 16
    options.learningRate = 3e-3
    options.surveyLearningRate = 1e-2
    options.surveyEpochs = 60
    options.maximumRounds = 60
    let training = try MatcherTraining(problem: problem, options: options)
    let result = try await training.run(rewards: reward)
    #expect(result.network.layout.stops)
    let lists = training.greedyLists(result.network, queries: Array(0..<80))
    let empty = lists.filter { !isHelped[$0.query] && $0.picks.isEmpty }
    let full = lists.filter { isHelped[$0.query] && !$0.picks.isEmpty }
    #expect(empty.count >= 36 && full.count >= 36, "\(empty.count) and \(full.count) of 40")
    #expect(result.bestReward > result.startReward)
  }

  /// A network that may not stop fills every list, and the empty list costs no reward.
  @Test func withoutTheChoiceEveryListIsFull() async throws {
    var options = TrainingOptions()
    options.shots = 1
    options.mayStop = false
    options.maximumRounds = 10
    let asked = Mutex(0)
    let truth = reward
    let counting = ComputedReward { list in
      if list.picks.isEmpty { asked.withLock { $0 += 1 } }
      return truth.value(of: list)
    }
    let training = try MatcherTraining(problem: problem, options: options)
    let network = try await training.run(rewards: counting).network
    #expect(asked.withLock(\.self) == 0)
    #expect(
      training.greedyLists(network, queries: Array(0..<80)).allSatisfy { $0.picks.count == 1 })
  }

  @Test func textsHaveToFit() {
    #expect(throws: PromptMatchingError.self) {
      try problem.described(pool: [], queries: [])
    }
  }
}
