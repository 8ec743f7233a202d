public import Foundation

/// Tries exemplars with knowledge of the gold answer. It shows how good a choice can be, not how to
/// choose.
///
/// Exact for one shot among the candidates; greedy forward selection for more. It ends the list
/// where every further exemplar lowers the reward; without exemplars the reward is 0.
public struct OracleMatcher: ExemplarMatcher {
  public let name = MatcherName.oracle
  /// How many of the nearest are tried; a pool of 8 to 10 is tried completely.
  public let candidates: Int
  private let embeddings: EmbeddedPool
  private let rewards: any RewardSource

  public init(_ embeddings: EmbeddedPool, candidates: Int = 12, rewards: any RewardSource) {
    self.embeddings = embeddings
    self.candidates = candidates
    self.rewards = rewards
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) async throws -> [Int] {
    guard let number = query.number else { throw OracleError.noGold }
    let tried = highest(
      embeddings.cosines(query.embedding), candidates, excluded: query.excluded)
    var picks: [Int] = []
    var reached = 0.0
    while picks.count < min(shots, tried.count) {
      let left = tried.filter { !picks.contains($0) }
      let values = try await rewards.rewards(
        of: left.map { .init(query: number, picks: picks + [$0]) })
      guard let best = values.indices.max(by: { (values[$0], $1) < (values[$1], $0) })
      else { break }
      guard values[best] >= reached else { break }
      reached = values[best]
      picks.append(left[best])
    }
    return picks
  }
}

/// The oracle has no gold answer.
public enum OracleError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  case noGold

  public var description: String {
    "The oracle needs the gold answer, so it works only in `evaluate`: choose another matcher."
  }
  public var errorDescription: String? { description }
}
