/// The nearest exemplars by cosine similarity.
public struct NearestMatcher: ExemplarMatcher {
  public let name = MatcherName.knn
  private let embeddings: EmbeddedPool

  public init(_ embeddings: EmbeddedPool) { self.embeddings = embeddings }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    highest(embeddings.cosines(query.embedding), shots, excluded: query.excluded)
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

  func cosine(_ a: Int, _ b: Int) -> Float {
    rows.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return 0 }
      return dot(base + a * dimensions, base + b * dimensions, dimensions)
    }
  }
}
