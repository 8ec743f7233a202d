import Evaluation
import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore
import PromptMatching
import SentenceEncoder

/// The data, models and trainings of an evaluation of matchers.
///
/// Nothing is tuned or chosen on the test queries: trainings see the `train` rows alone.
final class MatcherExperiment {
  struct Settings {
    let seeds: Int
    let budget, warmStart: Double
    let oracleCandidates: Int
    let generatesAnswers, shuffled, bestLast: Bool
  }

  let run: EvaluationRun
  let modelName: String
  private let settings: Settings
  private let training: [Demonstration]
  private let encoder: SentenceEncoder
  private let model: MemoisedAnswerModel
  private let poolVectors: [Float]
  private let problem: TrainingProblem?
  private var curves: [(name: String, curve: LearningCurve)] = []

  var trainingCount: Int { training.count }
  var calls: MemoisedAnswerModel.Counts { model.counts }

  init(data: URL, pool: URL, host: ModelHost, limit: Int, settings: Settings) async throws {
    let set = try DataSet(contentsOf: data)
    let poolSet = try DataSet(contentsOf: pool)
    for problem in Set(set.problems + poolSet.problems).sorted() {
      Output.message("warning: \(problem)")
    }
    let exemplars = poolSet.demonstrations(split: "pool")
    var queries = set.demonstrations(split: "test")
    guard !exemplars.isEmpty else { throw DataSetError.noRows(split: "pool") }
    guard !queries.isEmpty else { throw DataSetError.noRows(split: "test") }
    if limit > 0 {
      var generator = SeededGenerator(seed: 0)
      queries = Array(queries.shuffled(using: &generator).prefix(limit))
    }
    training = set.rows.contains { $0.split != nil } ? set.demonstrations(split: "train") : []
    encoder = try await host.encoder()
    let answering = try await host.answeringModel()
    modelName = answering.model.identity
    model = MemoisedAnswerModel(
      answering, memo: try AnswerMemo(at: host.store.folder.url.appending(path: "answers.sqlite")))
    poolVectors = try await encoder.embed(exemplars.map(\.embeddedText)).flatMap(\.self)
    let vectors = try await encoder.embed(queries.map(\.embeddedText))
    self.settings = settings
    let (dimensions, identity) = (encoder.dimensions, encoder.identity)
    let testing = try TrainingProblem(
      pool: poolVectors, queries: vectors.flatMap(\.self), dimensions: dimensions,
      encoderIdentity: identity, duplicateCosine: 0.995)
    problem =
      training.isEmpty
      ? nil
      : try TrainingProblem(
        pool: poolVectors,
        queries: try await encoder.embed(training.map(\.embeddedText)).flatMap(\.self),
        dimensions: dimensions, encoderIdentity: identity, duplicateCosine: 0.995)
    var run = EvaluationRun(queries: queries, vectors: vectors, pool: exemplars, model: model)
    run.excluded = testing.excluded
    run.generatesAnswers = settings.generatesAnswers
    run.bestLast = settings.bestLast
    run.embed = { [encoder] in try await encoder.embed($0) }
    self.run = run
  }

  func takeCurves(shots: Int) -> [(name: String, curve: LearningCurve)] {
    defer { curves = [] }
    return curves.map { ("\($0.name), \(shots) shots", $0.curve) }
  }

  func entries(_ names: [MatcherName], shots: Int) async throws -> [EvaluationRun.Entry] {
    var result: [EvaluationRun.Entry] = []
    for name in names {
      var seeds: [any ExemplarMatcher] = []
      let isSeeded = [.random, .policy, .supervised, .bestFixedSet].contains(name)
      for seed in 0..<(isSeeded ? settings.seeds : 1) {
        seeds.append(try await matcher(name, shots: shots, seed: UInt64(seed)))
      }
      result.append(.init(name: name.rawValue, seeds: seeds))
    }
    return result
  }

  private func matcher(
    _ name: MatcherName, shots: Int, seed: UInt64
  ) async throws -> any ExemplarMatcher {
    let embedded = EmbeddedPool(vectors: poolVectors, dimensions: encoder.dimensions)
    switch name {
    case .random: return RandomMatcher(poolCount: run.pool.count)
    case .knn: return NearestMatcher(embedded)
    case .mmr: return MarginalRelevanceMatcher(embedded)
    case .dpp: return DeterminantalMatcher(embedded)
    case .bm25: return BM25Matcher(documents: run.pool.map(\.embeddedText))
    case .oracle:
      return OracleMatcher(
        embedded, candidates: settings.oracleCandidates, rewards: reward(of: run.queries))
    case .bestFixedSet:
      let training = try matcherTraining(shots: shots, seed: seed)
      var generator = SeededGenerator(seed: seed)
      let judges = Array((0..<training.problem.queryCount).shuffled(using: &generator).prefix(16))
      return try await FixedSetMatcher.search(
        poolCount: run.pool.count, queries: judges, shots: shots, candidates: 16, seed: seed,
        rewards: reward(of: self.training))
    case .supervised:
      let network = try await matcherTraining(shots: shots, seed: seed)
        .fitRanker(rewards: reward(of: training))
      return try NetworkMatcher(network, embeddings: poolVectors, name: .supervised)
    case .policy: return try await trainedPolicy(shots: shots, seed: seed)
    }
  }

  private func trainedPolicy(shots: Int, seed: UInt64) async throws -> any ExemplarMatcher {
    let matcherTraining = try matcherTraining(shots: shots, seed: seed)
    var rewards: any RewardSource = reward(of: training)
    if settings.shuffled {
      rewards = ShuffledReward(
        rewards, queryCount: training.count, poolCount: run.pool.count, seed: seed)
    }
    let result = try await matcherTraining.run(rewards: rewards) { progress in
      guard let validation = progress.point.validationReward else { return }
      Output.message(
        String(
          format: "  seed %d, round %d: validation %.4f, %.0f s left", Int(seed), progress.round,
          validation, progress.secondsLeft))
    }
    Output.message(
      String(
        format: "  seed %d: %.4f at the start, %.4f at best, ", Int(seed), result.startReward,
        result.bestReward) + result.reasonToStop)
    if let warning = result.watch.warning { Output.message("  warning: \(warning)") }
    curves.append(("policy, seed \(seed)", result.curve))
    return try NetworkMatcher(result.network, embeddings: poolVectors)
  }

  private func matcherTraining(shots: Int, seed: UInt64) throws -> MatcherTraining {
    guard let problem else { throw DataSetError.noRows(split: "train") }
    var options = TrainingOptions()
    options.shots = shots
    options.seed = seed
    options.warmStartShare = settings.warmStart
    var training = try MatcherTraining(problem: problem, options: options)
    training.budget = settings.budget
    return training
  }

  private func reward(of queries: [Demonstration]) -> AnswerReward {
    var reward = AnswerReward(
      kind: .nll, model: model, queries: queries, pool: run.pool,
      embed: { [encoder] in try await encoder.embed($0) })
    reward.bestLast = settings.bestLast
    return reward
  }
}
