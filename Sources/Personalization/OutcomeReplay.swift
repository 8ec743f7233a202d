public import PromptPool

/// Learns outcomes in their order, also when an earlier one changes: a look some minutes later says
/// how much was kept, and what stands there.
///
/// The newest outcomes are the ones that change; learning goes back to where the oldest change is, at
/// most to the beginning. Memory is bounded by the newest ``PromptPool/rememberedOutcomes`` and as
/// many that were rejected.
public struct OutcomeReplay: Sendable {
  /// What all but the newest outcomes taught.
  private var base: FastLearning
  public private(set) var learning: FastLearning
  private let start: FastLearning
  private var observations: [Observation] = []
  /// How many of them ``base`` has learned.
  private var settled = 0
  /// The latest change that was seen.
  public private(set) var revision: Int64 = 0

  /// So many newest outcomes may change without learning from the beginning.
  private static let tail = 64
  private static let limit = 2 * PromptPool.rememberedOutcomes

  public init(_ start: FastLearning = FastLearning()) {
    self.start = start
    base = start
    learning = start
  }

  /// Takes outcomes that are new or have changed, in any order.
  public mutating func apply(_ outcomes: [Outcome]) {
    guard !outcomes.isEmpty else { return }
    var oldest = Int.max
    for outcome in outcomes.sorted(by: { $0.id < $1.id }) {
      revision = max(revision, outcome.revision)
      let observation = Observation(outcome)
      let place = observations.partitioningIndex { $0.id >= outcome.id }
      if place < observations.count, observations[place].id == outcome.id {
        guard observations[place] != observation else { continue }
        observations[place] = observation
      } else {
        observations.insert(observation, at: place)
      }
      oldest = min(oldest, place)
    }
    guard oldest < .max else { return }
    if observations.count > Self.limit {
      observations.removeFirst(observations.count - Self.limit + Self.limit / 4)
      oldest = 0
    }
    if oldest < settled {
      base = start
      settled = 0
    }
    let end = max(0, observations.count - Self.tail)
    while settled < end {
      base.learn(observations[settled])
      settled += 1
    }
    learning = base
    for observation in observations[settled...] { learning.learn(observation) }
  }

  /// From how many outcomes of its own it has learned.
  public var steps: Int { learning.steps - start.steps }

  /// With how many outcomes of others it began.
  public var stepsBefore: Int { start.steps }

  /// What its own outcomes say about the weights; time grows with their number where it began with
  /// those of others.
  public var evidence: WeightEvidence {
    guard stepsBefore > 0 else { return learning.evidence }
    var own = start.unlearned
    for observation in observations { own.learn(observation) }
    return own.evidence
  }

  /// What the gate can learn from, oldest first, with the outcomes' numbers.
  public var labels: [(id: Int64, label: GateLabel)] {
    observations.compactMap { seen in seen.label.map { (seen.id, $0) } }
  }

  /// The newest suggestions that were shown and judged, newest last: whether each was kept.
  public func latest(_ count: Int) -> [Bool] {
    observations.compactMap(\.isShownAndKept).suffix(count)
  }
}

extension Array {
  /// The first place where a condition holds that holds for all later places, too.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
