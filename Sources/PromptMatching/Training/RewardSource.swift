/// A query with exemplars in the order in which they were picked, best first.
public struct ShotList: Hashable, Sendable, Codable {
  /// Place among the queries.
  public let query: Int
  /// Places in the pool.
  public let picks: [Int]

  public init(query: Int, picks: [Int]) {
    self.query = query
    self.picks = picks
  }
}

/// Says how good lists of shots are: a language model, or a table where the truth is known.
public protocol RewardSource: Sendable {
  /// A reward a list, in the order of the lists; more is better, and none may be NaN.
  func rewards(of lists: [ShotList]) async throws -> [Double]
}

/// Rewards by a function: environments whose best policy is known.
public struct ComputedReward: RewardSource {
  private let reward: @Sendable (ShotList) -> Double

  public init(_ reward: @escaping @Sendable (ShotList) -> Double) {
    self.reward = reward
  }

  public func rewards(of lists: [ShotList]) async throws -> [Double] { lists.map(reward) }

  package func value(of list: ShotList) -> Double { reward(list) }
}

/// The same rewards dealt out at random: what a policy learns from them is nothing.
///
/// A query gets the rewards of another one, and each of its candidates that of one of the other's,
/// drawn anew for each query, so that the rewards are as they were, and neither texts nor ranks are
/// linked to them. What a language model has to be asked for is what the training itself would have
/// asked for.
public struct ShuffledReward: RewardSource {
  private struct Deal: Sendable {
    let query: Int
    /// The other query's exemplar in the place of each of this one's candidates.
    let picks: [Int: Int]
  }

  private let base: any RewardSource
  private let deals: [Deal]

  /// - Parameter candidates: by query, what its lists are made of. Of queries with unlike numbers,
  ///   an exemplar of the other query can stand for two.
  public init(_ base: any RewardSource, candidates: [[Int]], seed: UInt64) {
    self.base = base
    var generator = SeededGenerator(seed: seed)
    let others = candidates.indices.filter { !candidates[$0].isEmpty }.shuffled(using: &generator)
    var next = others.makeIterator()
    deals = candidates.indices.map { query in
      guard !candidates[query].isEmpty, let other = next.next() else {
        return Deal(query: query, picks: [:])
      }
      let picks = candidates[other].shuffled(using: &generator)
      let places = candidates[query].enumerated().map { ($1, picks[$0 % picks.count]) }
      return Deal(query: other, picks: .init(places) { first, _ in first })
    }
  }

  public func rewards(of lists: [ShotList]) async throws -> [Double] {
    try await base.rewards(
      of: lists.map { list in
        let deal = deals[list.query]
        return .init(query: deal.query, picks: list.picks.map { deal.picks[$0] ?? $0 })
      })
  }
}
