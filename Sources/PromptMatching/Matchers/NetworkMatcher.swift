/// The matching network's greedy list: the trained policy, or the `supervised` ranker of the same form.
public struct NetworkMatcher: ExemplarMatcher {
  public let name: MatcherName
  private let network: MatchingNetwork
  private let index: ExemplarIndex

  /// - Parameter embeddings: the pool's, [n × d] row-major.
  public init(
    _ network: MatchingNetwork, embeddings: [Float], name: MatcherName = .policy
  ) throws(PromptMatchingError) {
    self.name = name
    self.network = network
    index = try network.index(embeddings: embeddings)
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) throws -> [Int] {
    try network.select(
      query: query.embedding, from: index,
      options: .init(shots: shots, greedy: true, muted: query.excluded)
    ).picks.map(\.index)
  }
}
