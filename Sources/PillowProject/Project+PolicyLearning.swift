import CompletionEngine
import Foundation
import Kernels
import ModelStore
import Personalization
import PromptMatching
public import PromptPool
import SentenceEncoder
import Settings

/// How a step of learning in idle time goes.
public struct IdleLearning: Sendable {
  /// Seconds that one training may take.
  public var budget: Double
  /// Standing texts below this number teach nothing.
  public var leastTexts: Int
  public var seed: UInt64
  /// Whether somebody waits for it: it then has the priority of other programs.
  public var isForeground: Bool

  public init(
    budget: Double = 600, leastTexts: Int = 100, seed: UInt64 = 0, isForeground: Bool = false
  ) {
    self.budget = budget
    self.leastTexts = leastTexts
    self.seed = seed
    self.isForeground = isForeground
  }

  var nice: Int { isForeground ? 0 : SerialThread.backgroundNice }
}

extension Project {
  /// Trains the matching network on standing texts: with the engine, each text gives the reward of
  /// every list of candidates. The result stays within a trust region around the network in service,
  /// and serves when it is better on the newest texts, which took no part.
  ///
  /// Text that was accepted unchanged is left out: it is likely after the list that produced it, for
  /// that reason alone.
  ///
  /// - Returns: the version; nil when there is too little to learn from.
  /// - Throws: `TrainingError`, `ModelError`, `PromptPoolError`, `CancellationError`.
  @discardableResult
  public func learnPolicy(_ learning: IdleLearning = IdleLearning()) async throws
    -> LearningVersion?
  {
    guard learner.switches.network else { return nil }
    guard let texts = try await textsToLearn(.policy, learning, where: { $0.kind != .accepted })
    else { return nil }
    var request = MatcherTrainingRequest()
    request.data = texts.taught.map(\.demonstration)
    request.budget = learning.budget
    request.options.shots = max(1, settings.shotsOrDefault)
    request.options.seed = learning.seed
    let setting = try await setting(request)
    let served = try await withPool { pool in
      try ExemplarPolicy.servingNetwork(pool, setting.encoder)
    }
    let trained = try await onTrainingThread(nice: learning.nice) {
      try await setting.training.run(rewards: setting.reward, from: served).network
    }
    let queries = (texts.taught + texts.heldOut).map(\.vector)
    let network = try TrustRegion().step(
      from: served, to: trained, queries: Array(queries.suffix(64)), pool: setting.table.vectors)
    let test = try await compare(network, served, on: texts.heldOut, setting)
    let note = test.summary
    let version: LearningVersion? = try await withPool { pool in
      let number = try pool.storeMatcher(
        parameters: network.serialized(), encoder: setting.encoder.identity,
        parent: try pool.servedMatcher()?.version, note: note)
      let stored = try pool.store(
        .init(
          .policy, outcomes: texts.outcomes, note: note, parameters: Data("\(number)".utf8),
          score: test.newMean, servedScore: test.servedMean, isPromoted: test.isPassed))
      if stored?.isPromoted == true { try pool.serveMatcher(number) }
      return stored
    }
    poolChanged()
    return version
  }

  /// The gains in likelihood of the newest standing texts by the lists of two networks.
  func compare(
    _ network: MatchingNetwork, _ served: MatchingNetwork, on outcomes: [Outcome],
    _ setting: Setting
  ) async throws -> PromotionGate {
    let shots = max(1, settings.shotsOrDefault)
    let pool = EmbeddedPool(
      vectors: setting.table.vectors, dimensions: setting.encoder.dimensions)
    var lists: [[ShotList]] = []
    for chooser in [network, served] {
      let index = try chooser.index(embeddings: setting.table.vectors)
      lists.append(
        try outcomes.enumerated().map { place, outcome in
          let near = Set(
            pool.nearest(
              to: outcome.vector, count: Candidates.count(shots: shots),
              // Nor what was harvested from the text itself.
              excluded: Set(
                pool.cosines(outcome.vector).enumerated().filter { $0.element > 0.995 }
                  .map(\.offset))))
          let picks = try chooser.select(
            query: outcome.vector, from: index,
            options: SelectionOptions(
              shots: shots, greedy: true,
              muted: Set((0..<index.count).filter { !near.contains($0) }))
          ).picks.map(\.index)
          return ShotList(query: place, picks: picks)
        })
    }
    let reward = AnswerReward(
      kind: .nll, model: setting.model, queries: outcomes.map(\.demonstration),
      pool: setting.table.demonstrations, embed: { try await setting.encoder.embed($0) })
    let rewards = try await reward.rewards(of: lists.flatMap(\.self))
    return PromotionGate(
      new: Array(rewards.prefix(outcomes.count)), served: Array(rewards.suffix(outcomes.count)))
  }
}

extension Outcome {
  /// The instruction with the text that stands below it.
  var demonstration: Demonstration {
    Demonstration(
      instruction: instruction, input: input, output: standing?.text ?? suggested,
      language: language)
  }
}
