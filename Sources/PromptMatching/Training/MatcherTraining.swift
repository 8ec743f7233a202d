public import Foundation

/// Trains the matching network by policy gradient, as in PILLOW: m steps per list, one exemplar per
/// step, and one reward for the list.
public struct MatcherTraining: Sendable {
  public struct Progress: Sendable {
    public let round: Int
    public let point: LearningCurve.Point
    /// Trains until the budget or the last round is reached; early stopping may end it sooner.
    public let secondsLeft: Double
  }

  public struct Result: Sendable {
    /// The network that was best on the validation queries.
    public let network: MatchingNetwork
    public let curve: LearningCurve
    public let watch: CollapseWatch
    /// Mean validation reward of the network that training started from.
    public let startReward: Double
    public let bestReward: Double
    public let seconds: Double
    /// Why training stopped, in words: patience, budget or rounds.
    public let reasonToStop: String
  }

  public let problem: TrainingProblem
  public let options: TrainingOptions
  /// In seconds; nil for no limit. Only the point where training stops depends on time.
  public var budget: Double?
  /// Where to store what an interrupted training needs.
  public var checkpoint: URL?
  /// Seconds since any fixed moment.
  public var clock: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }

  /// Called during the survey with the number of finished queries and the total.
  public var onGathering: @Sendable (Int, Int) -> Void = { _, _ in }

  package let trainingQueries: [Int]
  package let validationQueries: [Int]
  /// Given queries that take no part in the training, for comparing its result with another
  /// network; none unless the options ask for them.
  public let promotionQueries: [Int]
  /// What else rewards depend on: a checkpoint of other rewards is not continued.
  public var rewardsFingerprint = ""

  /// - Throws: ``TrainingError`` for options out of range and for problems that are too small.
  public init(
    problem: TrainingProblem, options: TrainingOptions = TrainingOptions(),
    validation: [Int]? = nil
  ) throws(TrainingError) {
    try options.validate()
    guard problem.poolCount > 0 else { throw .emptyPool }
    let offered = problem.excluded.map { problem.poolCount - $0.count }.min() ?? problem.poolCount
    guard offered >= options.shots else {
      throw .tooFewExemplars(pool: offered, shots: options.shots)
    }
    guard problem.queryCount >= 4 else { throw .tooFewQueries(problem.queryCount) }
    self.problem = problem
    self.options = options
    var generator = SeededGenerator(seed: options.seed &+ 0xA11)
    let given = Array(problem.given).shuffled(using: &generator)
    promotionQueries = Array(given.suffix(Int(options.promotionShare * Double(given.count))))
    let asked = Array(given.dropLast(promotionQueries.count))
    let count = max(1, Int(options.validationShare * Double(asked.count)))
    let held = Set(validation ?? Array(asked.prefix(count)))
    validationQueries = Array(asked.filter(held.contains).prefix(options.validationLimit))
    let more = Array(problem.given.upperBound..<problem.queryCount).shuffled(using: &generator)
    trainingQueries = (asked + more).filter { !held.contains($0) }
  }

  /// Trains from `start`, by default from day zero.
  ///
  /// - Throws: ``TrainingError``, and the errors of the rewards; the checkpoint then has the last
  ///   validation.
  public func run(
    rewards: any RewardSource, from start: MatchingNetwork? = nil,
    onProgress: (Progress) -> Void = { _ in }
  ) async throws -> Result {
    let key = try key()
    let network = try start ?? initialNetwork()
    var state =
      try checkpoint.flatMap { try TrainingState.load($0, key: key) }
      ?? TrainingState(key: key, network: network)
    let began = clock() - state.seconds
    let source = CheckedRewards(rewards)
    if state.round == 0, !state.isWarm {
      try await begin(&state, network, source, began: began, onProgress)
    }
    var reason = "the last round was reached"
    while state.round < options.maximumRounds {
      try Task.checkCancellation()
      if state.staleValidations >= options.patience {
        reason = "\(options.patience) validations brought no improvement"
        break
      }
      if let budget, clock() - began >= budget {
        reason = "the time budget was reached"
        break
      }
      try await advance(&state, network, source, began: began)
      if let point = state.curve.points.last {
        if point.validationReward != nil, let checkpoint { try state.save(checkpoint) }
        onProgress(
          .init(round: point.round, point: point, secondsLeft: secondsLeft(state)))
      }
    }
    let best = try network.with(parameters: state.bestParameters)
    return Result(
      network: best, curve: state.curve,
      watch: CollapseWatch(EpisodePolicy(best, problem, options), queries: watched),
      startReward: state.curve.validations.first?.reward ?? state.bestReward,
      bestReward: state.bestReward, seconds: clock() - began, reasonToStop: reason)
  }

  /// Names everything that an interrupted training must find as it was.
  public func key() throws -> String {
    try TrainingState.key(problem, options, rewardsFingerprint)
  }

  /// A control for this training: the rewards that it would see, dealt out at random.
  public func shuffled(_ rewards: any RewardSource) -> ShuffledReward {
    ShuffledReward(
      rewards,
      candidates: problem.candidates(
        of: Array(0..<problem.queryCount), count: options.candidateCount), seed: options.seed)
  }

  private var watched: [Int] {
    validationQueries.count >= 8 ? validationQueries : Array(trainingQueries.prefix(96))
  }

  func initialNetwork() throws -> MatchingNetwork {
    let network = MatchingNetwork.dayZero(
      dimensions: problem.dimensions, hidden: options.hidden,
      encoderIdentity: problem.encoderIdentity, seed: options.seed,
      prior: problem.isDescribed ? .measured : nil)
    return try network.prepared(for: options)
  }

  private func secondsLeft(_ state: TrainingState) -> Double {
    let done = state.epochs + state.round
    let epochsLeft = state.round == 0 && options.surveys ? options.surveyEpochs - state.epochs : 0
    let byRounds =
      (state.seconds - state.surveySeconds) / Double(max(1, done))
      * Double(epochsLeft + options.maximumRounds - state.round)
    return min(byRounds, budget.map { max(0, $0 - state.seconds) } ?? byRounds)
  }

  /// Validates the starting network, and learns from the survey.
  private func begin(
    _ state: inout TrainingState, _ network: MatchingNetwork, _ rewards: CheckedRewards,
    began: Double, _ onProgress: (Progress) -> Void
  ) async throws {
    let first = try await validation(network, rewards)
    state.bestReward = first.reward
    state.curve.points.append(
      .init(
        round: 0, trainingReward: first.reward, validationReward: first.reward,
        watch: first.watch, gradientNorm: 0, seconds: 0))
    state.isWarm = true
    guard options.surveys else { return }
    let observed = try await survey(
      deadline: budget.map { began + $0 * options.surveyBudgetShare }
    ).observe(rewards)
    state.surveySeconds = clock() - began
    var fit = ExpectedReward(observed, problem, start: state.start, options: options)
    guard fit.count > 0 else { return }
    for epoch in stride(from: 1, through: options.surveyEpochs, by: 1)
    where state.staleValidations < options.patience {
      try Task.checkCancellation()
      if let budget, clock() - began >= budget { break }
      try fit.advance(network)
      guard epoch % options.surveyValidatesEvery == 0 || epoch == options.surveyEpochs else {
        continue
      }
      let outcome = try await validation(try network.with(parameters: fit.averaged), rewards)
      state.take(outcome.reward, of: fit.averaged)
      state.epochs = epoch
      state.seconds = clock() - began
      let point = LearningCurve.Point(
        round: epoch, trainingReward: outcome.reward, validationReward: outcome.reward,
        watch: outcome.watch, gradientNorm: 0, seconds: state.seconds)
      state.curve.points.append(point)
      onProgress(.init(round: epoch, point: point, secondsLeft: secondsLeft(state)))
    }
    state.staleValidations = 0
    state.parameters = state.bestParameters
    state.averaged = state.bestParameters
    if let checkpoint { try state.save(checkpoint) }
  }

  func survey(deadline: Double?) -> Survey {
    Survey(
      problem: problem, candidates: options.candidateCount,
      queries: Array(trainingQueries.prefix(options.surveyedQueries)), deadline: deadline,
      clock: clock, onProgress: onGathering)
  }

  private func advance(
    _ state: inout TrainingState, _ start: MatchingNetwork, _ rewards: CheckedRewards,
    began: Double
  ) async throws {
    var generator = SeededGenerator(
      seed: options.seed &* 1_000_003 &+ UInt64(state.round) &+ 1)
    let policy = EpisodePolicy(try start.with(parameters: state.parameters), problem, options)
    let episodes = policy.sample(
      queries: queries(ofRound: state.round), trajectories: options.trajectories, &generator)
    let values = try await rewards.rewards(of: episodes.map(\.list))
    let advantages = PolicyLoss.advantages(
      values, group: options.trajectories, usesBaseline: options.usesBaseline)
    var norm = 0.0
    for pass in 0..<options.passes {
      let current =
        pass == 0
        ? policy
        : EpisodePolicy(try start.with(parameters: state.parameters), problem, options)
      let loss = PolicyLoss(current, episodes: episodes, advantages: advantages)
      norm = state.adam.ascend(
        &state.parameters, gradient: loss.gradient, start: state.start, options: options)
    }
    state.round += 1
    state.average(keeping: options.averaging)
    var validated: (reward: Double, watch: CollapseWatch)?
    if state.round % options.validateEvery == 0 || state.round == options.maximumRounds {
      let network = try start.with(parameters: state.averaged)
      let outcome = try await validation(network, rewards)
      state.take(outcome.reward, of: state.averaged)
      validated = outcome
    }
    state.seconds = clock() - began
    state.curve.points.append(
      .init(
        round: state.epochs + state.round,
        trainingReward: values.reduce(0, +) / Double(max(1, values.count)),
        validationReward: validated?.reward, watch: validated?.watch, gradientNorm: norm,
        seconds: state.seconds))
  }

  private func validation(
    _ network: MatchingNetwork, _ rewards: CheckedRewards
  ) async throws -> (reward: Double, watch: CollapseWatch) {
    let policy = EpisodePolicy(network, problem, options)
    let values = try await rewards.rewards(of: policy.greedy(queries: validationQueries))
    return (
      values.reduce(0, +) / Double(max(1, values.count)), CollapseWatch(policy, queries: watched)
    )
  }

  /// Each epoch processes all queries in its own order.
  func queries(ofRound round: Int) -> [Int] {
    let count = min(options.queriesPerRound, trainingQueries.count)
    var orders: [Int: [Int]] = [:]
    return (0..<count).map { place in
      let (epoch, position) = (round * count + place).quotientAndRemainder(
        dividingBy: trainingQueries.count)
      var generator = SeededGenerator(seed: options.seed &* 7919 &+ UInt64(epoch) &+ 17)
      let order = orders[epoch] ?? trainingQueries.shuffled(using: &generator)
      orders[epoch] = order
      return order[position]
    }
  }
}

/// Returns rewards that are finite, or throws an error that names the query.
struct CheckedRewards {
  private let base: any RewardSource
  init(_ base: any RewardSource) { self.base = base }

  func rewards(of lists: [ShotList]) async throws -> [Double] {
    let values = try await base.rewards(of: lists)
    for (list, value) in zip(lists, values) where !value.isFinite {
      throw TrainingError.badReward(query: list.query)
    }
    return values
  }
}
