/// The matching network's greedy list: the trained policy, or the `supervised` ranker of the same
/// architecture.
public struct NetworkMatcher: ExemplarMatcher {
  public let name: MatcherName
  private let network: MatchingNetwork
  private let embeddings: EmbeddedPool
  /// Nil for vectors alone.
  private let finder: CandidateFinder?

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
    finder = nil
  }

  /// Chooses as in service: among the finder's candidates, with their signals, and perhaps none.
  ///
  /// - Throws: ``PromptMatchingError/wrongDimensions(expected:found:)``.
  public init(
    _ network: MatchingNetwork, _ finder: CandidateFinder, name: MatcherName = .policy
  ) throws(PromptMatchingError) {
    let expected = network.layout.dimensions
    guard finder.pool.count == 0 || finder.pool.dimensions == expected else {
      throw .wrongDimensions(expected: expected, found: finder.pool.dimensions)
    }
    self.name = name
    self.network = network
    embeddings = finder.pool
    self.finder = finder
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) throws -> [Int] {
    let count = Candidates.count(shots: shots)
    let found =
      finder?.find(query, count: count)
      ?? FoundCandidates(
        rows: embeddings.nearest(
          to: query.embedding, count: count, excluded: query.excluded), signals: [])
    let index = try network.index(
      embeddings: found.rows.flatMap(embeddings.vector), signals: found.signals)
    return try network.select(
      query: query.embedding, from: index,
      options: .init(shots: shots, greedy: true, mayStop: true)
    ).picks.map { found.rows[$0.index] }
  }
}
