public import CompletionEngine
public import Foundation
import ModelStore
public import PillowProject
public import PromptMatching
public import Reports
import SentenceEncoder

/// The data, models and trainings of an evaluation of matchers.
///
/// Nothing is tuned or chosen on the test queries: trainings see the `train` rows alone.
public final class MatcherExperiment {
  public struct Settings {
    public var seeds = 5
    /// Seconds; nil trains until nothing better is found.
    public var budget: Double?
    public var oracleCandidates = 12
    public var generatesAnswers = false
    /// Trains on shuffled rewards: a control that must gain nothing.
    public var shuffled = false
    /// Measures the policy as a new user gets it, without training.
    public var isUntrained = false
    /// Whether the best shot stands last in the prompt, as in service.
    public var bestLast = true
    public var queries = TrainingQueries.data
    /// For each training, except shots and seed.
    public var training = TrainingOptions()

    public init() {}
  }

  /// Who asks while the policy learns.
  public enum TrainingQueries: Sendable {
    /// The rows of `train`, the pool's exemplars, or both.
    case data, pool, both
  }

  public let run: EvaluationRun
  public let data: ExperimentData
  public let modelName: String
  private let onMessage: (String) -> Void
  /// Called while candidates are surveyed: queries done, and all of them.
  public var onGathering: @Sendable (Int, Int) -> Void = { _, _ in }
  private let settings: Settings
  private let encoder: SentenceEncoder
  private let model: MemoisedAnswerModel
  private let problem: TrainingProblem?
  private let embedded: EmbeddedPool
  private let finder: CandidateFinder
  private var curves: [(name: String, curve: LearningCurve)] = []

  public var calls: MemoisedAnswerModel.Counts { model.counts }
  public var map: PoolMap { PoolMap(vectors: data.poolVectors, dimensions: encoder.dimensions) }

  /// - Parameters:
  ///   - engine: the model whose answers are judged.
  ///   - onMessage: gets warnings and progress, one line each.
  /// - Throws: ``DataSetError``, `ModelError`, `PromptMatchingError`.
  public init(
    data dataFile: URL, pool: URL, models: ModelLibrary, engine: any CompletionEngine,
    options: ExperimentData.Options, settings: Settings,
    onMessage: @escaping (String) -> Void = { _ in }
  ) async throws {
    self.onMessage = onMessage
    encoder = try await models.encoder()
    data = try await ExperimentData(data: dataFile, pool: pool, encoder: encoder, options: options)
    for problem in data.problems { onMessage("warning: \(problem)") }
    modelName = try await engine.identity().weights
    let folder = models.store.folder
    model = MemoisedAnswerModel(
      try await EngineAnswers(engine),
      memo: try AnswerMemo(at: folder.url.appending(path: "answers.sqlite")))
    self.settings = settings
    let (dimensions, identity) = (encoder.dimensions, encoder.identity)
    embedded = EmbeddedPool(vectors: data.poolVectors, dimensions: dimensions)
    finder = CandidateFinder(embedded, exemplars: data.pool)
    let testing = try TrainingProblem(
      pool: data.poolVectors, queries: data.testVectors.flatMap(\.self), dimensions: dimensions,
      encoderIdentity: identity, duplicateCosine: 0.995)
    let seen = data.trainingPool.flatMap { [embedded] in embedded.vector($0) }
    let exemplars = data.trainingPool.map { [data] in data.pool[$0] }
    problem =
      if settings.queries == .pool {
        try TrainingProblem(selfSupervised: seen, dimensions: dimensions, encoderIdentity: identity)
          .described(pool: exemplars, queries: exemplars.map(\.request))
      } else if data.train.isEmpty {
        nil
      } else {
        try TrainingProblem(
          pool: seen, queries: data.trainVectors, dimensions: dimensions,
          encoderIdentity: identity, duplicateCosine: 0.995, poolAsks: settings.queries == .both
        ).described(
          pool: exemplars,
          queries: data.train.map(\.request)
            + (settings.queries == .both ? exemplars.map(\.request) : []))
      }
    var run = EvaluationRun(
      queries: data.test, vectors: data.testVectors, pool: data.pool, model: model)
    run.excluded = testing.excluded
    run.generatesAnswers = settings.generatesAnswers
    run.bestLast = settings.bestLast
    run.embed = { [encoder] in try await encoder.embed($0) }
    self.run = run
  }

  public func takeCurves(shots: Int) -> [(name: String, curve: LearningCurve)] {
    defer { curves = [] }
    return curves.map { ("\($0.name), \(shots) shots", $0.curve) }
  }

  public func entries(_ names: [MatcherName], shots: Int) async throws -> [EvaluationRun.Entry] {
    var result: [EvaluationRun.Entry] = []
    for name in names {
      var seeds: [any ExemplarMatcher] = []
      let isSeeded =
        [.random, .supervised, .bestFixedSet].contains(name)
        || name == .policy && !settings.isUntrained
      for seed in 0..<(isSeeded ? settings.seeds : 1) {
        seeds.append(try await matcher(name, shots: shots, seed: UInt64(seed)))
      }
      result.append(.init(name: name.rawValue, seeds: seeds))
    }
    if names.contains(.oracle), shots == 1 { result.append(candidates()) }
    return result
  }

  /// What the oracle chooses from, each once: the oracle has asked for all of them already.
  private func candidates() -> EvaluationRun.Entry {
    .init(
      name: EvaluationResults.candidatesName,
      seeds: (0..<settings.oracleCandidates).map { RankedNeighbourMatcher(embedded, rank: $0) })
  }

  private func matcher(
    _ name: MatcherName, shots: Int, seed: UInt64
  ) async throws -> any ExemplarMatcher {
    switch name {
    case .random: return RandomMatcher(poolCount: run.pool.count)
    case .knn: return NearestMatcher(embedded)
    case .mmr: return MarginalRelevanceMatcher(embedded)
    case .dpp: return DeterminantalMatcher(embedded)
    case .bm25: return BM25Matcher(documents: run.pool.map(\.embeddedText))
    case .oracle:
      return OracleMatcher(
        embedded, candidates: settings.oracleCandidates, rewards: reward(of: data.test, run.pool))
    case .bestFixedSet: return try await fixedSet(shots: shots, seed: seed)
    case .supervised:
      onMessage("training supervised, \(shots) shots, seed \(seed)")
      let network = try await matcherTraining(shots: shots, seed: seed).fitRanker(rewards: training)
      return try NetworkMatcher(network, finder, name: .supervised)
    case .cone: return ConditionalEntropyMatcher(finder, pool: data.pool, model: model)
    case .bsr, .setBSR:
      return TokenRecallMatcher(
        isSet: name == .setBSR, finder, texts: data.pool.map(\.embeddedText),
        tokens: { [encoder] in try await encoder.tokenVectors($0) })
    case .policy where settings.isUntrained:
      return try NetworkMatcher(
        .dayZero(
          dimensions: encoder.dimensions, encoderIdentity: encoder.identity, prior: .measured),
        finder)
    case .policy: return try await trainedPolicy(shots: shots, seed: seed)
    }
  }

  private func fixedSet(shots: Int, seed: UInt64) async throws -> FixedSetMatcher {
    let found = try await FixedSetMatcher.search(
      poolCount: data.trainingPool.count, queryCount: try needed().queryCount, judges: 16,
      shots: shots, candidates: 16, seed: seed, rewards: training)
    return FixedSetMatcher(list: found.list.map { data.trainingPool[$0] })
  }

  private func trainedPolicy(shots: Int, seed: UInt64) async throws -> any ExemplarMatcher {
    onMessage("training policy, \(shots) shots, seed \(seed)")
    let matcherTraining = try matcherTraining(shots: shots, seed: seed)
    let rewards: any RewardSource =
      settings.shuffled ? matcherTraining.shuffled(training) : training
    let result = try await matcherTraining.run(rewards: rewards) { progress in
      guard let validation = progress.point.validationReward else { return }
      onMessage(
        String(
          format: "  seed %d, round %d: validation %.4f, %.0f s left", Int(seed), progress.round,
          validation, progress.secondsLeft))
    }
    onMessage(
      String(
        format: "  seed %d: %.4f at the start, %.4f at best, %.0f s, ", Int(seed),
        result.startReward, result.bestReward, result.seconds) + result.reasonToStop)
    if let warning = result.watch.warning { onMessage("  warning: \(warning)") }
    curves.append(("policy, seed \(seed)", result.curve))
    return try NetworkMatcher(result.network, finder)
  }

  /// Writes what the survey of seed 0 has seen, for experiments of others: lines of exemplars with
  /// their vectors, then lines of queries with theirs, their candidates, and the candidates'
  /// rewards. `Scripts/experiments/held_out.py` reads it.
  public func writeSurvey(shots: Int, to file: URL) async throws {
    struct Row: Encodable {
      var exemplar, query: Int?
      let vector: [Float]
      var picks: [Int]?
      var rewards: [Double]?
    }
    let problem = try needed()
    let observed = try await matcherTraining(shots: shots, seed: 0).surveyed(rewards: training)
    let rows =
      data.trainingPool.enumerated().map {
        Row(exemplar: $0, vector: embedded.vector($1))
      }
      + observed.map {
        Row(query: $0.query, vector: problem.query($0.query), picks: $0.picks, rewards: $0.rewards)
      }
    let encoder = JSONEncoder()
    try Data(rows.map { try encoder.encode($0) }.joined(separator: [10])).write(to: file)
  }

  private func needed() throws -> TrainingProblem {
    guard let problem else { throw DataSetError.noRows(split: "train") }
    return problem
  }

  private func matcherTraining(shots: Int, seed: UInt64) throws -> MatcherTraining {
    var options = settings.training
    options.shots = shots
    options.seed = seed
    var training = try MatcherTraining(problem: try needed(), options: options)
    training.budget = settings.budget
    training.onGathering = onGathering
    return training
  }

  /// Of the training queries, among what training sees.
  private var training: AnswerReward {
    let pool = data.trainingPool.map { data.pool[$0] }
    let queries =
      switch settings.queries {
      case .data: data.train
      case .pool: pool
      case .both: data.train + pool
      }
    return reward(of: queries, pool)
  }

  private func reward(of queries: [Demonstration], _ pool: [Demonstration]) -> AnswerReward {
    var reward = AnswerReward(
      kind: .nll, model: model, queries: queries, pool: pool,
      embed: { [encoder] in try await encoder.embed($0) })
    reward.bestLast = settings.bestLast
    return reward
  }
}
