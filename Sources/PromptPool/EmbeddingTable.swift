/// The embeddings of a pool in one table.
public struct EmbeddingTable: Sendable {
  /// Exemplars by ascending id; row i of ``vectors`` belongs to `ids[i]`.
  public let ids: [Int64]
  /// [ids.count × dimensions], row-major.
  public let vectors: [Float]
  /// 0 for an empty table.
  public let dimensions: Int
  /// Rows of pinned exemplars.
  public let pinned: [Int]
  /// Rows of muted exemplars.
  public let muted: Set<Int>

  public init(
    ids: [Int64], vectors: [Float], dimensions: Int, pinned: [Int] = [], muted: Set<Int> = []
  ) {
    self.ids = ids
    self.vectors = vectors
    self.dimensions = dimensions
    self.pinned = pinned
    self.muted = muted
  }
}
