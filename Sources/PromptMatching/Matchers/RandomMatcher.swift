/// All lists are equally likely.
public struct RandomMatcher: ExemplarMatcher {
  public let name = MatcherName.random
  private let count: Int

  public init(poolCount: Int) { count = poolCount }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    // The text is part of the seed, so that one seed does not give all queries the same list.
    var generator = SeededGenerator(seed: seed ^ fnv1a(query.text.utf8))
    var left = (0..<count).filter { !query.excluded.contains($0) }
    var picks: [Int] = []
    while picks.count < shots, !left.isEmpty {
      picks.append(left.remove(at: Int.random(in: left.indices, using: &generator)))
    }
    return picks
  }
}
