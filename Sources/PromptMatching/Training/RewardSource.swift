/// A query with exemplars in the order in which they were picked, best first.
public struct ShotList: Hashable, Sendable, Codable {
  /// Index among the queries.
  public let query: Int
  /// Indices in the pool.
  public let picks: [Int]

  public init(query: Int, picks: [Int]) {
    self.query = query
    self.picks = picks
  }
}

/// Rates lists of shots: a language model, or a table with known truth.
public protocol RewardSource: Sendable {
  /// One reward per list, in the order of the lists; higher is better, and none may be NaN.
  func rewards(of lists: [ShotList]) async throws -> [Double]
}

/// Rewards from a function, for environments whose best policy is known.
public struct ComputedReward: RewardSource {
  private let reward: @Sendable (ShotList) -> Double

  public init(_ reward: @escaping @Sendable (ShotList) -> Double) {
    self.reward = reward
  }

  public func rewards(of lists: [ShotList]) async throws -> [Double] { lists.map(reward) }

  package func value(of list: ShotList) -> Double { reward(list) }
}

/// The same rewards, shuffled: a policy can learn nothing from them.
///
/// A query gets the rewards of another one, and each of its candidates the reward of one of the
/// other's, in a new random order for each query. So the rewards keep their distribution but lose
/// their link to texts and ranks. The language model computes the same rewards as in the training
/// itself.
public struct ShuffledReward: RewardSource {
  private struct Deal: Sendable {
    let query: Int
    /// The other query's exemplar that stands for each of this one's candidates.
    let picks: [Int: Int]
  }

  private let base: any RewardSource
  private let deals: [Deal]

  /// - Parameter candidates: by query, the candidates of its lists. If two queries differ in their
  ///   number of candidates, one exemplar of the other query can stand for two.
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
