import COpenBLAS

/// Products of float32 matrices by OpenBLAS where it is there, whose own threads are off: work is
/// split over a ``ThreadTeam``, which does not collapse beside other work.
public enum FloatMatrix {
  /// Opens OpenBLAS, for this processor.
  static func open() { _ = MatrixLibrary.isThere }

  /// Below this many multiply-adds a second thread costs more than it brings.
  private static let parallelWork = 1 << 20

  /// out = a · bᵀ, or out += a · bᵀ: a linear layer, where `b` holds a row of weights an output.
  ///
  /// All matrices are row-major and dense.
  /// - Parameters:
  ///   - a: `rows` × `inner`.
  ///   - b: `columns` × `inner`.
  ///   - out: `rows` × `columns`; must not overlap the others.
  ///   - adding: Whether the product is added to what `out` holds, a bias for example.
  ///   - team: Splits the work when there is enough; not from inside one of its chunks.
  public static func multiplyTransposed(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, inner: Int, adding: Bool = false, team: ThreadTeam? = nil
  ) {
    guard rows > 0, columns > 0 else { return }
    open()
    let beta: Float = adding ? 1 : 0
    let threads = team?.threadCount ?? 1
    guard let team, threads > 1, rows * columns * inner >= parallelWork else {
      pk_sgemm(
        PK_AS_IS, PK_TRANSPOSED, Int32(rows), Int32(columns), Int32(inner), a, Int32(inner), b,
        Int32(inner), beta, out, Int32(columns))
      return
    }
    // The longer side is split: few rows would each read all the weights once more.
    let splitsRows = rows >= columns
    let length = splitsRows ? rows : columns
    let step = max(16, (length + threads - 1) / threads + 15) / 16 * 16
    // The chunks write apart and end before `run` returns.
    nonisolated(unsafe) let (a, b, out) = (a, b, out)
    team.run(chunks: (length + step - 1) / step) { chunk in
      let start = chunk * step
      let count = min(step, length - start)
      let (m, n) = splitsRows ? (count, columns) : (rows, count)
      pk_sgemm(
        PK_AS_IS, PK_TRANSPOSED, Int32(m), Int32(n), Int32(inner),
        a + (splitsRows ? start * inner : 0), Int32(inner),
        b + (splitsRows ? 0 : start * inner), Int32(inner), beta,
        out + (splitsRows ? start * columns : start), Int32(columns))
    }
  }
}
