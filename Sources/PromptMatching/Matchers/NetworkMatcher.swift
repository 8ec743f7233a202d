/// The matching network's greedy list: the trained policy, or the `supervised` ranker of the same
/// architecture.
public struct NetworkMatcher: ExemplarMatcher {
  public let name: MatcherName
  private let network: MatchingNetwork
  private let embeddings: EmbeddedPool

  /// - Parameter embeddings: those of the pool, from the network's encoder.
  /// - Throws: ``PromptMatchingError/wrongDimensions(expected:found:)``.
  public init(
    _ network: MatchingNetwork, _ embeddings: EmbeddedPool, name: MatcherName = .policy
  ) throws(PromptMatchingError) {
    let expected = network.layout.dimensions
    guard embeddings.count == 0 || embeddings.dimensions == expected else {
      throw .wrongDimensions(expected: expected, found: embeddings.dimensions)
    }
    self.name = name
    self.network = network
    self.embeddings = embeddings
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) throws -> [Int] {
    let candidates = embeddings.nearest(
      to: query.embedding, count: Candidates.count(shots: shots), excluded: query.excluded)
    let index = try network.index(embeddings: candidates.flatMap(embeddings.vector))
    return try network.select(
      query: query.embedding, from: index, options: .init(shots: shots, greedy: true)
    ).picks.map { candidates[$0.index] }
  }
}
