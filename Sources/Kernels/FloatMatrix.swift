import CKernels
import COpenBLAS

/// Products of float32 matrices: of few rows by a kernel that packs nothing, of more by OpenBLAS
/// where it is there, whose own threads are off. Work is split over a ``ThreadTeam``, which does not
/// collapse beside other work.
public enum FloatMatrix {
  /// Opens OpenBLAS, for this processor.
  static func open() { _ = MatrixLibrary.isThere }

  /// Below this many multiply-adds a second thread costs more than it brings.
  private static let parallelWork = 1 << 20

  /// Up to as many rows OpenBLAS would spend most of its time packing the other matrix: an encoder's
  /// layers over 10 tokens take 3.4 ms instead of 6.2 (one thread, AVX-512), over 32 no less.
  private static let rowsOfKernel = 16

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
    let hasFewRows = rows <= rowsOfKernel
    if !hasFewRows { open() }
    func part(
      _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
      rows: Int, width: Int
    ) {
      if hasFewRows {
        pk_multiply_rows(a, rows, b, width, inner, out, columns, adding ? 1 : 0)
      } else {
        pk_sgemm(
          PK_AS_IS, PK_TRANSPOSED, Int32(rows), Int32(width), Int32(inner), a, Int32(inner), b,
          Int32(inner), adding ? 1 : 0, out, Int32(columns))
      }
    }
    let threads = team?.threadCount ?? 1
    guard let team, threads > 1, rows * columns * inner >= parallelWork else {
      part(a, b, out, rows: rows, width: columns)
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
      part(
        a + (splitsRows ? start * inner : 0), b + (splitsRows ? 0 : start * inner),
        out + (splitsRows ? start * columns : start), rows: splitsRows ? count : rows,
        width: splitsRows ? columns : count)
    }
  }
}
