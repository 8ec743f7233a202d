/// What a LoRA adapter adds to one matrix: ΔW = scale·B·A (Hu et al. 2021, arXiv 2106.09685).
public struct LowRankUpdate: Sendable {
  public let rank: Int
  /// [rank][columns] and [rows][rank], row-major.
  public let a, b: [Float]
  public let scale: Float

  public init(rank: Int, a: [Float], b: [Float], scale: Float) {
    precondition(rank > 0 && a.count.isMultiple(of: rank) && b.count.isMultiple(of: rank))
    self.rank = rank
    self.a = a
    self.b = b
    self.scale = scale
  }

  var columns: Int { a.count / rank }

  /// Adds one row of ΔW to `columns` values.
  func add(row: Int, to values: UnsafeMutablePointer<Float>) {
    a.withUnsafeBufferPointer { a in
      for index in 0..<rank {
        let factor = scale * b[row * rank + index]
        for column in 0..<columns { values[column] += factor * a[index * columns + column] }
      }
    }
  }
}
