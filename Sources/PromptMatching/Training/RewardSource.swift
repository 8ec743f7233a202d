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
/// A list gets the reward of another query with other picks, always the same ones, so that the rewards
/// are as they were and only their link to texts is gone.
public struct ShuffledReward: RewardSource {
  private let base: any RewardSource
  private let queries: [Int]
  private let pool: [Int]

  public init(_ base: any RewardSource, queryCount: Int, poolCount: Int, seed: UInt64) {
    self.base = base
    var generator = SeededGenerator(seed: seed)
    queries = Array(0..<queryCount).shuffled(using: &generator)
    pool = Array(0..<poolCount).shuffled(using: &generator)
  }

  public func rewards(of lists: [ShotList]) async throws -> [Double] {
    try await base.rewards(
      of: lists.map { .init(query: queries[$0.query], picks: $0.picks.map { pool[$0] }) })
  }
}
