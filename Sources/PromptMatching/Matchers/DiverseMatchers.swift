internal import Foundation

/// The nearest, minus similarity to what is already chosen: maximal marginal relevance.
///
/// Source: Carbonell and Goldstein, 1998.
public struct MarginalRelevanceMatcher: ExemplarMatcher {
  public let name = MatcherName.mmr
  /// Weight of the similarity to the query; the rest penalises similarity to the chosen.
  public var relevance: Float = 0.7
  /// How many of the nearest are considered.
  public var candidates = 100
  private let embeddings: EmbeddedPool

  public init(_ embeddings: EmbeddedPool) { self.embeddings = embeddings }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    let cosines = embeddings.cosines(query.embedding)
    var left = highest(cosines, max(candidates, shots), excluded: query.excluded)
    var picks: [Int] = []
    while picks.count < shots, !left.isEmpty {
      let values = left.map { candidate in
        let closest = picks.map { embeddings.cosine(candidate, $0) }.max() ?? 0
        return relevance * cosines[candidate] - (1 - relevance) * closest
      }
      let best = highest(values, 1, excluded: [])[0]
      picks.append(left.remove(at: best))
    }
    return picks
  }
}

/// The most likely set of a determinantal point process, found greedily: relevant and diverse.
///
/// Kernel `qᵢ·sim(i, j)·qⱼ` with q = exp(relevance / (2·0.1)), over the 100 nearest.
/// Sources: Chen et al., 2018 (greedy MAP by Cholesky updates); Ye et al., "CEIL", 2023.
public struct DeterminantalMatcher: ExemplarMatcher {
  public let name = MatcherName.dpp
  public var scale = 0.1
  public var candidates = 100
  private let embeddings: EmbeddedPool

  public init(_ embeddings: EmbeddedPool) { self.embeddings = embeddings }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    let cosines = embeddings.cosines(query.embedding)
    let items = highest(cosines, max(candidates, shots), excluded: query.excluded)
    guard let top = items.first else { return [] }
    // Relative to the best: a common factor of the qualities does not change the choice.
    let quality = items.map { exp(Double(cosines[$0] - cosines[top]) / (2 * scale)) }
    var gains = quality.map { $0 * $0 }
    var factors = [[Double]](repeating: [], count: items.count)
    var chosen: [Int] = []
    while chosen.count < min(shots, items.count) {
      let free = items.indices.filter { !chosen.contains($0) }
      guard let next = free.max(by: { (gains[$0], $1) < (gains[$1], $0) }) else { break }
      chosen.append(next)
      let root = max(gains[next], 1e-12).squareRoot()
      for item in free where item != next {
        let kernel =
          quality[next] * Double(embeddings.cosine(items[next], items[item])) * quality[item]
        let shared = zip(factors[next], factors[item]).reduce(0) { $0 + $1.0 * $1.1 }
        let factor = (kernel - shared) / root
        factors[item].append(factor)
        gains[item] -= factor * factor
      }
    }
    return chosen.map { items[$0] }
  }
}
