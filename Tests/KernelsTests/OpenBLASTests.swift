import COpenBLAS
import Kernels
import Testing

/// Products by OpenBLAS and by plain loops, which stand in where there is none, against float64
/// sums.
struct OpenBLASTests {
  private static let (rows, columns, inner) = (7, 19, 33)

  private func values(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { Float(($0 &* 7_919 &+ seed) % 401) / 200 - 1 }
  }

  @Test(arguments: [PK_AS_IS, PK_TRANSPOSED], [PK_AS_IS, PK_TRANSPOSED])
  func bothGiveTheProduct(ofA: pk_transposition, ofB: pk_transposition) {
    let (rows, columns, inner) = (Self.rows, Self.columns, Self.inner)
    let (a, b) = (values(rows * inner, 1), values(inner * columns, 2))
    let (aStride, bStride) = (ofA == PK_AS_IS ? inner : rows, ofB == PK_AS_IS ? columns : inner)
    for beta in [Float(0), 1, -0.5] {
      // Nothing of what is overwritten may come through.
      let before =
        beta == 0 ? [Float](repeating: .nan, count: rows * columns) : values(rows * columns, 3)
      var (library, portable) = (before, before)
      pk_sgemm(
        ofA, ofB, Int32(rows), Int32(columns), Int32(inner), a, Int32(aStride), b, Int32(bStride),
        beta, &library, Int32(columns))
      pk_sgemm_portable(
        ofA, ofB, Int32(rows), Int32(columns), Int32(inner), a, Int32(aStride), b, Int32(bStride),
        beta, &portable, Int32(columns))
      for row in 0..<rows {
        for column in 0..<columns {
          let products = (0..<inner).map { k in
            Double(ofA == PK_AS_IS ? a[row * inner + k] : a[k * rows + row])
              * Double(ofB == PK_AS_IS ? b[k * columns + column] : b[column * inner + k])
          }
          let place = row * columns + column
          let wanted =
            products.reduce(0, +) + (beta == 0 ? 0 : Double(beta) * Double(before[place]))
          #expect(abs(Double(library[place]) - wanted) < 1e-4)
          #expect(abs(Double(portable[place]) - wanted) < 1e-4)
        }
      }
    }
  }

  @Test func itIsThereAndSaysForWhatItComputes() {
    #expect(MatrixLibrary.isThere)
    #expect(MatrixLibrary.core?.isEmpty == false)
  }

  #if arch(x86_64)
    @Test(arguments: [("avx512", "SkylakeX"), ("avx2", "Haswell"), ("scalar", nil)])
    func itIsAskedForCodeThatOurKernelsProcessorRuns(kernels: String, core: String?) {
      #expect(MatrixLibrary.core(forKernels: kernels) == core)
    }
  #endif
}
