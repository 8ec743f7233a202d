import Foundation
import PromptMatching
import PromptPool

/// What became of exemplars in contexts that are like the present one.
///
/// It adds to the fast layer what a linear model cannot say, that an exemplar is good here and bad
/// there; it gives the reasons in the menu; and it knows which exemplars were rejected so often that
/// they are not tried again.
public struct ContextMemory: Sendable {
  /// From this cosine of two instructions on, their contexts are alike.
  public static let likeCosine: Float = 0.85
  /// After so many explicit rejects without an accept since, an exemplar is not shown again in a
  /// like context.
  public static let mostRejects = 3
  /// How fast what was seen elsewhere counts less: the weight falls by e within this distance.
  private static let reach: Float = 0.12

  private struct Entry: Sendable {
    var vector: UnitCodes
    var context: ContextKey
    var shots: [Int64]
    /// How much better it was than expected; nil while it is censored.
    var surprise: Double?
    var weight: Double
    var reward: Double?
    var isRejected: Bool
    var isAccepted: Bool
  }

  private var entries: [Entry] = []
  private let limit: Int

  init(limit: Int = 2 * PromptPool.rememberedOutcomes) { self.limit = limit }

  mutating func add(_ observation: Observation, surprise: Double?) {
    guard !observation.shots.isEmpty, !observation.vector.isEmpty else { return }
    entries.append(
      Entry(
        vector: observation.vector, context: observation.context,
        shots: observation.shots.map(\.exemplar), surprise: surprise, weight: observation.weight,
        reward: observation.reward, isRejected: observation.isRejected,
        isAccepted: observation.isAccepted))
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
  }

  /// What is known of exemplars in a context, by exemplar.
  func seen(query: [Float], context: ContextKey) -> [Int64: Seen] {
    var seen: [Int64: Seen] = [:]
    let query = UnitCodes(query)
    for entry in entries {
      let cosine = entry.vector.cosine(query)
      let isLike = cosine >= Self.likeCosine || entry.context == context
      let nearness = isLike ? 1 : weight(cosine)
      guard nearness > 0.01 else { continue }
      for exemplar in entry.shots {
        seen[exemplar, default: Seen()].add(entry.surprise, nearness * entry.weight)
        guard isLike else { continue }
        if let reward = entry.reward { seen[exemplar]?.count(reward) }
        seen[exemplar]?.judged(isRejected: entry.isRejected, isAccepted: entry.isAccepted)
      }
    }
    return seen
  }

  private func weight(_ cosine: Float) -> Double {
    let distance = Double(max(0, Self.likeCosine - cosine) / Self.reach)
    return exp(-distance)
  }

  /// What became of one exemplar here.
  public struct Seen: Sendable, Equatable {
    private var surprise = 0.0
    private var weight = 0.0
    /// How often its answers were judged in like contexts, and how many were kept.
    public private(set) var judged = 0, kept = 0
    private var rejects = 0

    fileprivate mutating func add(_ surprise: Double?, _ weight: Double) {
      guard let surprise else { return }
      self.surprise += weight * surprise
      self.weight += weight
    }

    fileprivate mutating func count(_ reward: Double) {
      judged += 1
      if reward >= 0.5 { kept += 1 }
    }

    fileprivate mutating func judged(isRejected: Bool, isAccepted: Bool) {
      if isRejected { rejects += 1 } else if isAccepted { rejects = 0 }
    }

    /// What to add to the expected reward: the mean surprise, shrunk as if it had once been 0.
    var correction: Double { surprise / (1 + weight) }

    /// Whether it was rejected so often that it is not shown here again.
    public var isUnwanted: Bool { rejects >= ContextMemory.mostRejects }
  }
}
