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
    let test = try await compare(network, served, on: texts.heldOut)
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

  /// The gains in likelihood of standing texts by the lists of two networks, each chosen as it would
  /// serve.
  func compare(
    _ network: MatchingNetwork, _ served: MatchingNetwork, on texts: [Outcome]
  ) async throws -> PromotionGate {
    var request = MatcherTrainingRequest()
    request.data = texts.map(\.demonstration)
    request.options.shots = max(1, settings.shotsOrDefault)
    let setting = try await setting(request)
    let lists = [network, served].map {
      setting.training.greedyLists($0, queries: Array(texts.indices))
    }
    let rewards = try await setting.reward.rewards(of: lists.flatMap(\.self))
    return PromotionGate(
      new: Array(rewards.prefix(texts.count)), served: Array(rewards.suffix(texts.count)))
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
