import Foundation
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
  /// Of the version that was stored and serves now; nil when nothing better than the start was
  /// found.
  public let version: Int64?
  /// Model calls that the memo spared, and those that were made.
  public let memo: MemoisedAnswerModel.Counts
  public let queries: Int
  public let exemplars: Int
}

extension Project {
  /// Trains a matching network for the pool, stores it, and puts it into service when it was better
  /// on the validation queries than what it started from.
  ///
  /// An interrupted training goes on from its last validation when it is called with the same
  /// request.
  /// - Throws: `TrainingError`, ``InstructionCompletionError``, `PromptPoolError`,
  ///   `CancellationError`.
  public func trainMatcher(
    _ request: MatcherTrainingRequest,
    onProgress: @escaping (MatcherTraining.Progress) -> Void = { _ in }
  ) async throws -> TrainedMatcher {
    var setting = try await setting(request)
    let checkpoint = learningFolder.appending(path: "training.plist")
    setting.training.checkpoint = checkpoint
    let result = try await setting.training.run(rewards: setting.reward, onProgress: onProgress)
    let version = try store(result, request, setting.encoder)
    try? FileManager.default.removeItem(at: checkpoint)
    return TrainedMatcher(
      result: result, version: version, memo: setting.model.counts,
      queries: setting.training.problem.queryCount, exemplars: setting.training.problem.poolCount)
  }

  /// Trains a baseline, `supervised` or `best-fixed-set`, which then can be chosen by its name.
  ///
  /// - Throws: as ``trainMatcher(_:onProgress:)``, and
  ///   ``InstructionCompletionError/matcherUntrained(name:)`` for a matcher that learns nothing.
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
    default: throw InstructionCompletionError.matcherUntrained(name: name.rawValue)
    }
    baseline.withLock { $0 = nil }
    return TrainedBaseline(
      name: name, memo: setting.model.counts, queries: problem.queryCount,
      exemplars: problem.poolCount)
  }

  /// Where the project keeps what is being learned.
  var learningFolder: URL { models.store.folder.folder(forProject: root) }

  private struct Setting {
    let encoder: SentenceEncoder
    let table: TrainingPool
    let model: MemoisedAnswerModel
    let reward: AnswerReward
    var training: MatcherTraining
  }

  private func setting(_ request: MatcherTrainingRequest) async throws -> Setting {
    let encoder = try await models.encoder()
    let table = try await TrainingPool(pool, encoder)
    let problem = try await problem(request, table, encoder)
    var training = try MatcherTraining(problem: problem, options: request.options)
    training.budget = request.budget
    training.onGathering = request.onGathering
    let model = MemoisedAnswerModel(
      try await models.answeringModel(),
      memo: try AnswerMemo(at: models.store.folder.url.appending(path: "answers.sqlite")))
    let reward = AnswerReward(
      kind: request.reward, model: model,
      queries: request.data.isEmpty || request.poolAsks
        ? request.data + table.demonstrations : request.data,
      pool: table.demonstrations, embed: { try await encoder.embed($0) })
    return Setting(encoder: encoder, table: table, model: model, reward: reward, training: training)
  }

  private func problem(
    _ request: MatcherTrainingRequest, _ table: TrainingPool, _ encoder: SentenceEncoder
  ) async throws -> TrainingProblem {
    guard !table.demonstrations.isEmpty else { throw TrainingError.emptyPool }
    guard !request.data.isEmpty else {
      return try TrainingProblem(
        selfSupervised: table.vectors, dimensions: encoder.dimensions,
        encoderIdentity: encoder.identity)
    }
    let queries = try await encoder.embed(request.data.map(\.embeddedText))
    return try TrainingProblem(
      pool: table.vectors, queries: queries.flatMap(\.self), dimensions: encoder.dimensions,
      encoderIdentity: encoder.identity, duplicateCosine: 0.995, poolAsks: request.poolAsks)
  }

  private func store(
    _ result: MatcherTraining.Result, _ request: MatcherTrainingRequest, _ encoder: SentenceEncoder
  ) throws -> Int64? {
    guard result.bestReward > result.startReward else { return nil }
    let note =
      "\(request.reward.rawValue) \(result.startReward) -> \(result.bestReward), "
      + "\(request.options.shots) shots, seed \(request.options.seed)"
    let version = try pool.storeMatcher(
      parameters: result.network.serialized(), encoder: encoder.identity, note: note)
    try pool.serveMatcher(version)
    poolChanged()
    return version
  }
}

/// The exemplars that can be chosen, with their vectors.
private struct TrainingPool {
  let demonstrations: [Demonstration]
  /// Of their contents.
  let hashes: [String]
  let vectors: [Float]

  init(_ pool: PromptPool, _ encoder: SentenceEncoder) async throws {
    try await PoolEmbedding.embedAll(pool, encoder)
    let table = try pool.loadEmbeddings(encoder: encoder.identity)
    var demonstrations: [Demonstration] = []
    var hashes: [String] = []
    var vectors: [Float] = []
    for (row, id) in table.ids.enumerated() where !table.muted.contains(row) {
      guard let exemplar = try pool.exemplar(id) else { continue }
      demonstrations.append(
        Demonstration(
          instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output))
      hashes.append(exemplar.contentHash)
      vectors += table.vectors[row * table.dimensions..<(row + 1) * table.dimensions]
    }
    self.demonstrations = demonstrations
    self.hashes = hashes
    self.vectors = vectors
  }
}
