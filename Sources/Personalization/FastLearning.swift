import PromptMatching
public import PromptPool

/// What the newest outcomes teach about exemplars: the fast layer and the memory of contexts. A pure
/// function of the outcomes in their order, so that two processes that read the same rows know the
/// same.
public struct FastLearning: Sendable {
  private var layer: FastLayer
  private var memory = ContextMemory()
  private var linUCB = LinUCB()
  private var thompson = ThompsonSampling()
  private let chooser: LearningSwitches.Chooser

  public init(
    prior: FastLayer.Prior = FastLayer.Prior(), chooser: LearningSwitches.Chooser = .policy
  ) {
    layer = FastLayer(prior: prior)
    self.chooser = chooser
  }

  /// The same before its first outcome.
  var unlearned: FastLearning { FastLearning(prior: layer.prior, chooser: chooser) }

  /// How many outcomes it has learned from.
  public var steps: Int { layer.steps }

  /// What they say about the weights, for the prior of other projects.
  public var evidence: WeightEvidence { layer.evidence }

  public mutating func learn(_ observation: Observation) {
    guard let reward = observation.reward else {
      return memory.add(observation, surprise: nil)
    }
    let surprise = layer.learn(observation.shots, reward: reward, weight: observation.weight)
    memory.add(observation, surprise: surprise)
    guard chooser != .policy else { return }
    for shot in observation.shots {
      linUCB.learn(shot.features, reward: reward)
      thompson.learn(shot.features, reward: reward)
    }
  }

  /// What it says of one candidate.
  public struct Verdict: Sendable, Equatable {
    /// What the matching network's score changes by, in units of cosine.
    public var shift: Float
    /// Judged and kept answers in like contexts, for the reasons in the menu.
    public var judged, kept: Int

    public init(shift: Float, judged: Int, kept: Int) {
      self.shift = shift
      self.judged = judged
      self.kept = kept
    }
  }

  /// How many units of cosine one unit of reward is worth.
  static let scale = 0.6

  /// The exemplars that must not be chosen here: they were rejected explicitly three times in like
  /// contexts, and not accepted since.
  public func unwanted(query: [Float], context: ContextKey) -> Set<Int64> {
    Set(memory.seen(query: query, context: context).filter { $0.value.isUnwanted }.keys)
  }

  /// What it says of candidates for an instruction, in their order.
  ///
  /// - Parameters:
  ///   - scores: the network's, one per candidate.
  ///   - seed: of what is drawn by Thompson sampling.
  public func verdicts(
    query: [Float], context: ContextKey, candidates: [OutcomeShot], scores: [Float],
    seed: UInt64 = 0
  ) -> [Verdict] {
    let seen = memory.seen(query: query, context: context)
    let shifts: [Double]
    switch chooser {
    case .policy:
      let worths = candidates.map { candidate in
        layer.worth(candidate).mean + (seen[candidate.exemplar]?.correction ?? 0)
      }
      // Only differences count; without the mean, the shift of a candidate says what was learned.
      let mean = worths.reduce(0, +) / Double(max(1, worths.count))
      shifts = worths.map { Self.scale * ($0 - mean) }
    case .linUCB:
      shifts = Self.replacing(scores, by: candidates.map { linUCB.score($0.features) })
    case .thompson:
      let drawn = thompson.scores(candidates.map(\.features), seed: seed)
      shifts = Self.replacing(scores, by: drawn)
    }
    return zip(candidates, shifts).map { candidate, shift in
      let known = seen[candidate.exemplar]
      return Verdict(shift: Float(shift), judged: known?.judged ?? 0, kept: known?.kept ?? 0)
    }
  }

  /// The shifts that put other values in the place of scores. The mean stays, since the network
  /// compares scores with what an empty list is worth.
  private static func replacing(_ scores: [Float], by values: [Double]) -> [Double] {
    let count = Double(max(1, scores.count))
    let level = (Double(scores.reduce(0, +)) - values.reduce(0, +)) / count
    return zip(scores, values).map { $1 - Double($0) + level }
  }
}
