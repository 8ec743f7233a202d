import COpenBLAS

/// The two products that a backward pass needs beside the forward one.
extension FloatMatrix {
  /// out = a · b, or out += a · b.
  ///
  /// All matrices are row-major and dense.
  /// - Parameters:
  ///   - a: `rows` × `inner`.
  ///   - b: `inner` × `columns`.
  ///   - out: `rows` × `columns`; must not overlap the others.
  ///   - adding: Whether the product is added to what `out` holds.
  public static func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, inner: Int, adding: Bool = false
  ) {
    guard rows > 0, columns > 0 else { return }
    open()
    pk_sgemm(
      PK_AS_IS, PK_AS_IS, Int32(rows), Int32(columns), Int32(inner), a, Int32(inner), b,
      Int32(columns), adding ? 1 : 0, out, Int32(columns))
  }

  /// out = aᵀ · b, or out += aᵀ · b: the gradient of a layer's weights.
  ///
  /// All matrices are row-major and dense.
  /// - Parameters:
  ///   - a: `inner` × `rows`.
  ///   - b: `inner` × `columns`.
  ///   - out: `rows` × `columns`; must not overlap the others.
  ///   - adding: Whether the product is added to what `out` holds.
  public static func multiplyLeftTransposed(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, inner: Int, adding: Bool = false
  ) {
    guard rows > 0, columns > 0 else { return }
    open()
    pk_sgemm(
      PK_TRANSPOSED, PK_AS_IS, Int32(rows), Int32(columns), Int32(inner), a, Int32(rows), b,
      Int32(columns), adding ? 1 : 0, out, Int32(columns))
  }
}
