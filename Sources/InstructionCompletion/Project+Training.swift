import Foundation
import ModelStore
public import PromptMatching
import PromptPool
import SentenceEncoder

/// What a project's matching network is trained with.
public struct MatcherTrainingRequest: Sendable {
  /// Queries with gold answers; without any, the pool's exemplars ask each other.
  public var data: [Demonstration] = []
  public var options = TrainingOptions()
  public var reward = AnswerReward.Kind.nll
  /// Seconds.
  public var budget: Double?

  public init() {}
}

/// What came of a training.
public struct TrainedMatcher: Sendable {
  public let result: MatcherTraining.Result
  /// Of the version that was stored and serves now; nil when nothing better than the start was found.
  public let version: Int64?
  /// Model calls that the memo spared, and those that were made.
  public let memo: MemoisedAnswerModel.Counts
  public let queries: Int
  public let exemplars: Int
}

extension Project {
  /// Trains a matching network for the pool, stores it, and puts it into service when it was better on the
  /// validation queries than what it started from.
  ///
  /// An interrupted training goes on from its last validation when it is called with the same request.
  /// - Throws: `TrainingError`, ``InstructionCompletionError``, `PromptPoolError`, `CancellationError`.
  public func trainMatcher(
    _ request: MatcherTrainingRequest,
    onProgress: @escaping (MatcherTraining.Progress) -> Void = { _ in }
  ) async throws -> TrainedMatcher {
    let encoder = try await models.encoder()
    let table = try await TrainingPool(pool, encoder)
    let folder = models.store.folder.folder(forProject: root)
    let problem = try await problem(request, table, encoder)
    var training = try MatcherTraining(problem: problem, options: request.options)
    training.budget = request.budget
    training.checkpoint = folder.appending(path: "training.plist")
    let model = MemoisedAnswerModel(
      try await models.answeringModel(),
      memo: try AnswerMemo(at: models.store.folder.url.appending(path: "answers.sqlite")))
    let reward = AnswerReward(
      kind: request.reward, model: model,
      queries: request.data.isEmpty ? table.demonstrations : request.data,
      pool: table.demonstrations, embed: { try await encoder.embed($0) })
    let result = try await training.run(rewards: reward, onProgress: onProgress)
    let version = try store(result, request, encoder)
    try? FileManager.default.removeItem(at: folder.appending(path: "training.plist"))
    return TrainedMatcher(
      result: result, version: version, memo: model.counts, queries: problem.queryCount,
      exemplars: problem.poolCount)
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
      encoderIdentity: encoder.identity, duplicateCosine: 0.995)
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
  let vectors: [Float]

  init(_ pool: PromptPool, _ encoder: SentenceEncoder) async throws {
    try await PoolEmbedding.embedAll(pool, encoder)
    let table = try pool.loadEmbeddings(encoder: encoder.identity)
    var demonstrations: [Demonstration] = []
    var vectors: [Float] = []
    for (row, id) in table.ids.enumerated() where !table.muted.contains(row) {
      guard let exemplar = try pool.exemplar(id) else { continue }
      demonstrations.append(
        Demonstration(
          instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output))
      vectors += table.vectors[row * table.dimensions..<(row + 1) * table.dimensions]
    }
    self.demonstrations = demonstrations
    self.vectors = vectors
  }
}
