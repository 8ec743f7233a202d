/// The nearest exemplars by cosine similarity.
public struct NearestMatcher: ExemplarMatcher {
  public let name = MatcherName.knn
  private let embeddings: EmbeddedPool

  public init(_ embeddings: EmbeddedPool) { self.embeddings = embeddings }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    embeddings.nearest(to: query.embedding, count: shots, excluded: query.excluded)
  }
}

/// Only the k-th nearest, k from 0: the mean over k is the result of a blind choice among the
/// nearest.
public struct RankedNeighbourMatcher: ExemplarMatcher {
  public let name = MatcherName.knn
  private let embeddings: EmbeddedPool
  private let rank: Int

  public init(_ embeddings: EmbeddedPool, rank: Int) {
    self.embeddings = embeddings
    self.rank = rank
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    Array(
      embeddings.nearest(to: query.embedding, count: rank + 1, excluded: query.excluded)
        .dropFirst(rank).prefix(shots))
  }
}

/// A pool's unit embeddings, [count × dimensions].
public struct EmbeddedPool: Sendable {
  public let count: Int
  public let dimensions: Int
  private let rows: [Float]

  /// - Parameter vectors: row-major unit vectors.
  public init(vectors: [Float], dimensions: Int) {
    rows = vectors
    self.dimensions = dimensions
    count = dimensions > 0 ? vectors.count / dimensions : 0
  }

  public func cosines(_ query: [Float]) -> [Float] {
    products(rows, count: count, with: query, columns: dimensions)
  }

  /// The most similar, best first, ties by index.
  public func nearest(to query: [Float], count: Int, excluded: Set<Int> = []) -> [Int] {
    highest(cosines(query), count, excluded: excluded)
  }

  /// The exemplar's unit vector.
  public func vector(_ row: Int) -> [Float] {
    Array(rows[row * dimensions..<(row + 1) * dimensions])
  }

  func cosine(_ a: Int, _ b: Int) -> Float {
    rows.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return 0 }
      return dot(base + a * dimensions, base + b * dimensions, dimensions)
    }
  }
}
