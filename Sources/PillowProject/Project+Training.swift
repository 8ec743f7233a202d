import CompletionEngine
package import Foundation
import Kernels
import ModelStore
public import PromptMatching
import PromptPool
import SentenceEncoder
import Synchronization

/// What a project's matching network is trained with.
public struct MatcherTrainingRequest: Sendable {
  /// Queries with gold answers; without any, the pool's exemplars ask each other.
  public var data: [Demonstration] = []
  /// The pool's exemplars are queries beside the data, too.
  public var poolAsks = false
  public var options = TrainingOptions()
  public var reward = AnswerReward.Kind.nll
  /// Seconds.
  public var budget: Double?
  /// Called while candidates are surveyed: queries done, and all of them.
  public var onGathering: @Sendable (Int, Int) -> Void = { _, _ in }

  public init() {}
}

/// What came of training a baseline.
public struct TrainedBaseline: Sendable {
  public let name: MatcherName
  /// Model calls that the memo spared, and those that were made.
  public let memo: MemoisedAnswerModel.Counts
  public let queries: Int
  public let exemplars: Int
}

/// What came of a training.
public struct TrainedMatcher: Sendable {
  public let result: MatcherTraining.Result
  /// The version that was stored and serves now; nil when the trained network was not better than
  /// the one in service.
  public let version: Int64?
  /// How the trained network and the one in service did on the queries that were kept apart.
  public let promotion: PromotionTest
  /// Model calls that the memo spared, and those that were made.
  public let memo: MemoisedAnswerModel.Counts
  public let queries: Int
  public let exemplars: Int
}

extension Project {
  /// Trains a matching network for the pool. It is stored and put into service when it is better
  /// than the network in service on queries that took no part in the training.
  ///
  /// An interrupted training continues from its last validation when it is called with the same
  /// request and the same model.
  /// - Throws: `TrainingError`, ``ProjectError``, `PromptPoolError`,
  ///   `CancellationError`.
  public func trainMatcher(
    _ request: MatcherTrainingRequest,
    onProgress: @escaping (MatcherTraining.Progress) -> Void = { _ in }
  ) async throws -> TrainedMatcher {
    var request = request
    request.options.promotionShare = 0.2
    var setting = try await setting(request)
    setting.training.checkpoint = try checkpoint(of: setting)
    let (training, reward) = (setting.training, setting.reward)
    let result = try await onTrainingThread {
      try await training.run(rewards: reward, onProgress: onProgress)
    }
    let promotion = try await promotionTest(of: result.network, setting)
    let version =
      promotion.isPassed ? try await store(result, promotion, request, setting.encoder) : nil
    removeCheckpoints()
    return TrainedMatcher(
      result: result, version: version, promotion: promotion, memo: setting.model.counts,
      queries: setting.training.problem.queryCount, exemplars: setting.training.problem.poolCount)
  }

  /// Where an interrupted training is kept: a name of its own for everything that it depends on.
  package func checkpoint(of request: MatcherTrainingRequest) async throws -> URL {
    try checkpoint(of: await setting(request))
  }

  private func checkpoint(of setting: Setting) throws -> URL {
    try learningFolder.appending(path: "training-\(setting.training.key()).plist")
  }

  /// Trains a baseline, `supervised` or `best-fixed-set`, which then can be chosen by its name.
  ///
  /// - Throws: as ``trainMatcher(_:onProgress:)``, and
  ///   ``ProjectError/matcherUntrained(name:)`` for a matcher that learns nothing.
  public func trainBaseline(
    _ name: MatcherName, _ request: MatcherTrainingRequest
  ) async throws -> TrainedBaseline {
    let setting = try await setting(request)
    let trained = TrainedBaselines(folder: learningFolder)
    let problem = setting.training.problem
    switch name {
    case .supervised:
      try trained.store(ranker: try await setting.training.fitRanker(rewards: setting.reward))
    case .bestFixedSet:
      let found = try await FixedSetMatcher.search(
        poolCount: problem.poolCount, queryCount: problem.queryCount,
        shots: request.options.shots, seed: request.options.seed, rewards: setting.reward)
      try trained.store(fixedSet: found.list.map { setting.table.hashes[$0] })
    default: throw ProjectError.matcherUntrained(name: name.rawValue)
    }
    baseline.withLock { $0 = nil }
    return TrainedBaseline(
      name: name, memo: setting.model.counts, queries: problem.queryCount,
      exemplars: problem.poolCount)
  }

  /// Where the project keeps what is being learned.
  var learningFolder: URL { models.store.folder.folder(forProject: root) }

  struct Setting {
    let encoder: SentenceEncoder
    let table: TrainingPool
    let model: MemoisedAnswerModel
    let reward: AnswerReward
    var training: MatcherTraining
  }

  func setting(_ request: MatcherTrainingRequest) async throws -> Setting {
    let encoder = try await models.encoder()
    let table = try await TrainingPool(pool, encoder)
    let problem = try await problem(request, table, encoder)
    var training = try MatcherTraining(problem: problem, options: request.options)
    training.budget = request.budget
    training.onGathering = request.onGathering
    let model = MemoisedAnswerModel(
      try await EngineAnswers(engine),
      memo: try AnswerMemo(at: models.store.folder.url.appending(path: "answers.sqlite")))
    let queries =
      request.data.isEmpty || request.poolAsks
      ? request.data + table.demonstrations : request.data
    training.rewardsFingerprint = rewardsFingerprint(
      request.reward, model.identity, queries, table.demonstrations)
    let reward = AnswerReward(
      kind: request.reward, model: model, queries: queries, pool: table.demonstrations,
      embed: { try await encoder.embed($0) })
    return Setting(encoder: encoder, table: table, model: model, reward: reward, training: training)
  }

  private func problem(
    _ request: MatcherTrainingRequest, _ table: TrainingPool, _ encoder: SentenceEncoder
  ) async throws -> TrainingProblem {
    guard !table.demonstrations.isEmpty else { throw TrainingError.emptyPool }
    let exemplars = table.demonstrations
    guard !request.data.isEmpty else {
      return try TrainingProblem(
        selfSupervised: table.vectors, dimensions: encoder.dimensions,
        encoderIdentity: encoder.identity
      ).described(pool: exemplars, queries: exemplars.map(\.request))
    }
    let queries = try await encoder.embed(request.data.map(\.embeddedText))
    return try TrainingProblem(
      pool: table.vectors, queries: queries.flatMap(\.self), dimensions: encoder.dimensions,
      encoderIdentity: encoder.identity, duplicateCosine: 0.995, poolAsks: request.poolAsks
    ).described(
      pool: exemplars,
      queries: request.data.map(\.request) + (request.poolAsks ? exemplars.map(\.request) : []))
  }

  /// Compares a network with the one in service on the queries that the training kept apart.
  private func promotionTest(
    of network: MatchingNetwork, _ setting: Setting
  ) async throws -> PromotionTest {
    let serving = try await withPool { pool in
      try ExemplarPolicy.servingNetwork(pool, setting.encoder)
    }
    let queries = setting.training.promotionQueries
    let lists = [network, serving].map { setting.training.greedyLists($0, queries: queries) }
    let rewards = try await setting.reward.rewards(of: lists.flatMap(\.self))
    return PromotionTest(
      trained: Array(rewards.prefix(queries.count)),
      serving: Array(rewards.suffix(queries.count)),
      queries: setting.training.problem.queryCount)
  }

  private func store(
    _ result: MatcherTraining.Result, _ promotion: PromotionTest, _ request: MatcherTrainingRequest,
    _ encoder: SentenceEncoder
  ) async throws -> Int64 {
    let note =
      "\(request.reward.rawValue) \(promotion.servingMean) -> \(promotion.trainedMean), "
      + "\(request.options.shots) shots, seed \(request.options.seed)"
    let parameters = result.network.serialized()
    let version = try await withPool { pool in
      let version = try pool.storeMatcher(
        parameters: parameters, encoder: encoder.identity,
        parent: try pool.servedMatcher()?.version, note: note)
      try pool.serveMatcher(version)
      return version
    }
    poolChanged()
    return version
  }

  /// Also those of trainings that were given up.
  private func removeCheckpoints() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: learningFolder.path)) ?? []
    for name in names where name.hasPrefix("training") && name.hasSuffix(".plist") {
      try? FileManager.default.removeItem(at: learningFolder.appending(path: name))
    }
  }
}

/// The exemplars that can be chosen, with their vectors.
struct TrainingPool {
  let demonstrations: [Demonstration]
  /// Of their contents.
  let hashes: [String]
  let vectors: [Float]

  init(_ pool: PromptPool, _ encoder: SentenceEncoder) async throws {
    try await PoolEmbedding.embedAll(pool, encoder)
    let identity = encoder.identity
    let (table, exemplars) = try await offPool {
      let table = try pool.loadEmbeddings(encoder: identity)
      let ids = table.ids.indices.filter { !table.muted.contains($0) }.map { table.ids[$0] }
      return (table, try pool.exemplars(ids: ids))
    }
    let rows = Dictionary(uniqueKeysWithValues: zip(table.ids, table.ids.indices))
    var demonstrations: [Demonstration] = []
    var hashes: [String] = []
    var vectors: [Float] = []
    for exemplar in exemplars {
      guard let row = rows[exemplar.id] else { continue }
      demonstrations.append(exemplar.demonstration)
      hashes.append(exemplar.contentHash)
      vectors += table.vectors[row * table.dimensions..<(row + 1) * table.dimensions]
    }
    self.demonstrations = demonstrations
    self.hashes = hashes
    self.vectors = vectors
  }
}

/// Everything that rewards depend on but the problem: an interrupted training may only continue
/// with the same kind of reward, the same model and the same answers.
private func rewardsFingerprint(
  _ kind: AnswerReward.Kind, _ model: String, _ queries: [Demonstration], _ pool: [Demonstration]
) -> String {
  let texts = (queries + pool).flatMap { [$0.instruction, $0.input, $0.output] }
  return "\(kind.rawValue)/\(model)/\(stableHash(texts.joined(separator: "\u{0}")))"
}

/// Runs a training on a thread of its own: between two questions to the model it computes for seconds,
/// and the threads that answer requests are few.
func onTrainingThread<T>(
  nice: Int = SerialThread.backgroundNice, _ work: () async throws -> T
) async throws -> T {
  let executor = ThreadExecutor(name: "pillow-train", nice: nice)
  return try await withTaskExecutorPreference(executor) { try await work() }
}
