import Foundation
import PromptMatching
import Synchronization
import Testing

@Suite struct MatcherTrainingTests {
  @Test(arguments: [1, 2, 3] as [UInt64]) func learnsWhatTheNearestDoNotKnow(seed: UInt64)
    async throws
  {
    let world = try FormatEnvironment(seed: 10 + seed)
    let training = try MatcherTraining(problem: world.problem, options: world.options(seed: seed))
    let result = try await training.run(rewards: world.reward)
    #expect(result.startReward < 0.8)
    #expect(result.bestReward > result.startReward + 0.5 * (1 - result.startReward))
    #expect(result.watch.warning == nil)
  }

  @Test func isTheSameForTheSameSeed() async throws {
    let world = try FormatEnvironment(seed: 20)
    func train(_ seed: UInt64) async throws -> MatchingNetwork {
      try await MatcherTraining(
        problem: world.problem, options: world.options(seed: seed, rounds: 10)
      )
      .run(rewards: world.reward).network
    }
    let (first, second, other) = (try await train(4), try await train(4), try await train(5))
    #expect(first == second)
    #expect(first != other)
  }

  /// Interrupted while it surveys, while it goes through what it found, and in the rounds.
  @Test(arguments: [1, 5, 10, 14, 22])
  func anInterruptedTrainingGoesOnToTheSameNetwork(after limit: Int) async throws {
    let world = try FormatEnvironment(seed: 30)
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let whole = try await MatcherTraining(
      problem: world.problem, options: world.options(rounds: 20)
    ).run(rewards: world.reward)

    var training = try MatcherTraining(problem: world.problem, options: world.options(rounds: 20))
    training.checkpoint = file
    let calls = Mutex(0)
    let failing = FailingReward(base: world.reward) {
      calls.withLock { calls in
        calls += 1
        return calls > limit
      }
    }
    await #expect(throws: FailingReward.Interruption.self) {
      try await training.run(rewards: failing)
    }
    #expect(FileManager.default.fileExists(atPath: file.path) == (limit >= 10))
    let resumed = try await training.run(rewards: world.reward)
    #expect(resumed.network == whole.network)
    #expect(resumed.curve.points.count == whole.curve.points.count)
  }

  @Test func aForeignOrDamagedCheckpointIsNamed() async throws {
    let world = try FormatEnvironment(seed: 31)
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    var training = try MatcherTraining(problem: world.problem, options: world.options(rounds: 5))
    training.checkpoint = file
    _ = try await training.run(rewards: world.reward)
    var other = try MatcherTraining(problem: world.problem, options: world.options(rounds: 6))
    other.checkpoint = file
    await #expect(throws: TrainingError.otherCheckpoint(path: file.path)) {
      try await other.run(rewards: world.reward)
    }
    try Data("no checkpoint".utf8).write(to: file)
    await #expect(throws: TrainingError.self) { try await training.run(rewards: world.reward) }
  }

  @Test func aConstantBestListIsReportedAsCollapse() async throws {
    let world = try FormatEnvironment(seed: 40)
    var options = world.options(rounds: 300)
    options.shots = 1
    options.entropyWeight = 0
    options.candidates = world.problem.poolCount
    let constant = ComputedReward { $0.picks == [3] ? 1 : 0 }
    let result = try await MatcherTraining(problem: world.problem, options: options)
      .run(rewards: constant)
    #expect(result.watch.isQueryIndependent)
    #expect(result.watch.warning?.contains("independent of the instruction") == true)
  }

  @Test func shuffledRewardsTeachNothing() async throws {
    let world = try FormatEnvironment(seed: 50)
    let training = try MatcherTraining(problem: world.problem, options: world.options())
    let shuffled = training.shuffled(world.reward)
    let learned = try await training.run(rewards: shuffled).network
    let trained = try await training.run(rewards: world.reward).network
    func mean(_ network: MatchingNetwork) async throws -> Double {
      let lists = training.greedyLists(network, queries: Array(0..<80))
      return try await world.reward.rewards(of: lists).reduce(0, +) / 80
    }
    let dayZero = MatchingNetwork.dayZero(
      dimensions: FormatEnvironment.dimensions, hidden: 16, encoderIdentity: "test", seed: 1)
    #expect(try await mean(learned) < mean(dayZero) + 0.05)
    #expect(try await mean(trained) > mean(dayZero) + 0.1)
  }

  /// The model is asked for nothing that training itself would not ask for, and for all of it.
  @Test func shuffledRewardsAreThoseOfOtherQueries() async throws {
    let candidates = (0..<60).map { query in (0..<12).map { (query * 7 + $0 * 5) % 60 } }
    let asked = Mutex<Set<ShotList>>([])
    let recording = ComputedReward { list in
      asked.withLock { _ = $0.insert(list) }
      return Double(list.query * 100 + list.picks[0])
    }
    let lists = candidates.enumerated().flatMap { query, picks in
      picks.map { ShotList(query: query, picks: [$0]) }
    }
    let shuffled = ShuffledReward(recording, candidates: candidates, seed: 3)
    let dealt = try await shuffled.rewards(of: lists)
    #expect(asked.withLock { $0 } == Set(lists))
    let own = try await recording.rewards(of: lists)
    #expect(dealt.sorted() == own.sorted())
    #expect(zip(dealt, own).count { $0 == $1 } < 12)
    #expect(try await shuffled.rewards(of: lists) == dealt)
  }

  @Test func theBudgetEndsIt() async throws {
    let world = try FormatEnvironment(seed: 60)
    var training = try MatcherTraining(problem: world.problem, options: world.options())
    let time = Mutex(0.0)
    training.clock = {
      time.withLock {
        $0 += 1; return $0
      }
    }
    training.budget = 30
    let result = try await training.run(rewards: world.reward)
    #expect(result.reasonToStop == "the time budget was reached")
    #expect(result.curve.points.count < 31)
  }

  /// A reward takes a second; the survey has three fifths of the budget, and nine tenths where
  /// lists have one shot.
  @Test(arguments: [(2, 5_000...6_800), (1, 8_000...9_900)])
  func theSurveyKeepsItsShareOfTheBudget(shots: Int, seconds: ClosedRange<Double>) async throws {
    let world = try FormatEnvironment(pool: 60, queries: 2000, seed: 61)
    var options = world.options(rounds: 0)
    options.shots = shots
    options.validationShare = 0.01
    var training = try MatcherTraining(problem: world.problem, options: options)
    let time = Mutex(0.0)
    let told = Mutex<[Int]>([])
    let truth = world.reward
    training.clock = { time.withLock(\.self) }
    training.onGathering = { done, all in
      told.withLock { $0.append(done) }
      #expect(done <= all)
    }
    training.budget = 10_000
    let surveys = Set(training.trainingQueries)
    let surveyed = Mutex(0.0)
    _ = try await training.run(
      rewards: ComputedReward { list in
        // Validations cost nothing here: they are no part of the survey.
        if list.picks.count == 1, surveys.contains(list.query) {
          time.withLock { $0 += 1 }
          surveyed.withLock { $0 += 1 }
        }
        return truth.value(of: list)
      })
    // The first wave is of 64 queries with 12 candidates; no wave after it takes longer than that
    // beyond the end.
    #expect(seconds.contains(surveyed.withLock(\.self)))
    let progress = told.withLock(\.self)
    #expect(progress == progress.sorted() && progress.count > 4)
    #expect(progress.last == Int(surveyed.withLock(\.self)) / 12)
  }

  @Test func narrowedPoolsAreLearnedToo() async throws {
    // Few exemplars of each format among few candidates, so that the nearest do not know it all.
    let world = try FormatEnvironment(pool: 200, queries: 160, formats: 8, seed: 70)
    var options = world.options(rounds: 200)
    options.candidates = 50
    let result = try await MatcherTraining(problem: world.problem, options: options)
      .run(rewards: world.reward)
    #expect(
      result.bestReward > result.startReward + 0.3 * (1 - result.startReward),
      "\(result.startReward), \(result.bestReward)")
  }

  /// What the survey finds is enough to learn from; no list is drawn.
  @Test(arguments: [1, 2, 3] as [UInt64]) func theSurveyAloneTeaches(seed: UInt64) async throws {
    let world = try FormatEnvironment(pool: 60, queries: 400, formats: 8, seed: 80)
    var options = world.options(seed: seed, rounds: 1)
    options.shots = 1
    options.candidates = world.problem.poolCount
    options.surveyLearningRate = 3e-3
    let result = try await MatcherTraining(problem: world.problem, options: options)
      .run(rewards: world.reward)
    #expect(
      result.bestReward > result.startReward + 0.5 * (1 - result.startReward),
      "\(result.startReward), \(result.bestReward)")
    #expect(result.curve.validations.count > 2)
  }

  @Test func theSurveysGradientIsThatOfTheExpectedReward() throws {
    let network = try learnedNetwork(dimensions: 10, hidden: 6, seed: 91)
    let problem = try TrainingProblem(
      pool: randomVectors(9, 10, seed: 92), queries: randomVectors(2, 10, seed: 93), dimensions: 10,
      encoderIdentity: "test")
    let observed = [
      ObservedRewards(query: 0, picks: [0, 3, 8], rewards: [1, -0.5, 0.2]),
      ObservedRewards(query: 1, picks: [2, 3], rewards: [0, 2]),
    ]
    var options = TrainingOptions()
    options.temperature = 0.7
    let exact = MatcherTraining.expectedReward(network, problem, observed, options: options)
    var generator = SeededGenerator(seed: 94)
    for place in network.parameters.indices.shuffled(using: &generator).prefix(200) {
      let values = try [Float(1e-2), -1e-2].map { step in
        var parameters = network.parameters
        parameters[place] += step
        return MatcherTraining.expectedReward(
          try network.with(parameters: parameters), problem, observed, options: options
        ).value
      }
      #expect(abs((values[0] - values[1]) / 2e-2 - Double(exact.gradient[place])) < 2e-3)
    }
  }

  @Test func badProblemsAreRefused() async throws {
    let world = try FormatEnvironment(seed: 90)
    let empty = try TrainingProblem(
      pool: [], queries: randomVectors(9, 24, seed: 1), dimensions: 24, encoderIdentity: "test")
    #expect(throws: TrainingError.emptyPool) { try MatcherTraining(problem: empty) }
    let small = try TrainingProblem(
      selfSupervised: randomVectors(3, 24, seed: 1), dimensions: 24, encoderIdentity: "test")
    #expect(throws: TrainingError.tooFewExemplars(pool: 2, shots: 3)) {
      try MatcherTraining(problem: small)
    }
    var options = world.options()
    options.trajectories = 1
    #expect(throws: TrainingError.self) {
      try MatcherTraining(problem: world.problem, options: options)
    }
    await #expect(throws: TrainingError.self) {
      try await MatcherTraining(problem: world.problem, options: world.options())
        .run(rewards: ComputedReward { _ in .nan })
    }
  }

  /// Exemplars come after the queries that are given, and validation is of these alone.
  @Test func thePoolCanAskBesides() throws {
    let pool = randomVectors(20, 24, seed: 95)
    let queries = randomVectors(9, 24, seed: 96) + pool[24..<48]
    let problem = try TrainingProblem(
      pool: pool, queries: queries, dimensions: 24, encoderIdentity: "test", duplicateCosine: 0.995,
      poolAsks: true)
    #expect(problem.queryCount == 30)
    #expect(problem.excluded[9] == [1])
    for exemplar in 0..<20 { #expect(problem.excluded[10 + exemplar] == [exemplar]) }
    let training = try MatcherTraining(problem: problem)
    #expect(training.validationQueries.count == 2)
    #expect(training.validationQueries.allSatisfy { $0 < 10 })
    #expect(training.trainingQueries.prefix(8).allSatisfy { $0 < 10 })
    #expect(Set(training.trainingQueries).count == 28)
  }

  @Test func aPoolAsksItselfWithoutSeeingItself() throws {
    var pool = randomVectors(6, 24, seed: 3)
    pool += pool[0..<24]
    let problem = try TrainingProblem(
      selfSupervised: pool, dimensions: 24, encoderIdentity: "test")
    #expect(problem.excluded[0] == [0, 6])
    #expect(problem.excluded[3] == [3])
  }
}

/// Rewards that stop coming, as when the process is killed.
private struct FailingReward: RewardSource {
  struct Interruption: Error {}
  let base: any RewardSource
  let fails: @Sendable () -> Bool

  init(base: any RewardSource, fails: @escaping @Sendable () -> Bool) {
    self.base = base
    self.fails = fails
  }

  func rewards(of lists: [ShotList]) async throws -> [Double] {
    if fails() { throw Interruption() }
    return try await base.rewards(of: lists)
  }
}
