import CKernels
import TestSupport
import Testing

@Suite struct RowProductTests {
  @Test(arguments: 0...pk_kernels_level())
  func sumsAreThoseOfThreeLoops(level: Int32) {
    var generator = SplitMix(seed: UInt64(level) + 1)
    func matrix(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    for (rows, columns, inner) in [(1, 1, 1), (2, 3, 5), (7, 6, 16), (6, 9, 33), (13, 31, 400)] {
      for adding in [false, true] {
        let stride = columns + 3
        let (a, b, before) = (matrix(rows * inner), matrix(columns * inner), matrix(rows * stride))
        var out = before
        pk_multiply_rows_at(level, a, rows, b, columns, inner, &out, stride, adding ? 1 : 0)
        for row in 0..<rows {
          for column in 0..<stride {
            let place = row * stride + column
            guard column < columns else {
              #expect(out[place] == before[place], "a gap between rows was written to")
              continue
            }
            var sum = adding ? Double(before[place]) : 0
            for k in 0..<inner { sum += Double(a[row * inner + k]) * Double(b[column * inner + k]) }
            #expect(abs(out[place] - Float(sum)) < 1e-4, "\(rows)×\(columns)×\(inner)")
          }
        }
      }
    }
  }

  /// So splitting a product among threads changes no bit.
  @Test(arguments: 0...pk_kernels_level())
  func aSumDoesNotDependOnWhatStandsBesideIt(level: Int32) {
    var generator = SplitMix(seed: 7)
    let (rows, columns, inner) = (7, 10, 50)
    let a = (0..<rows * inner).map { _ in Float.random(in: -1...1, using: &generator) }
    let b = (0..<columns * inner).map { _ in Float.random(in: -1...1, using: &generator) }
    var whole = [Float](repeating: 0, count: rows * columns)
    pk_multiply_rows_at(level, a, rows, b, columns, inner, &whole, columns, 0)
    for row in 0..<rows {
      for column in 0..<columns {
        var single: Float = 0
        pk_multiply_rows_at(
          level, Array(a[row * inner..<(row + 1) * inner]), 1,
          Array(b[column * inner..<(column + 1) * inner]), 1, inner, &single, 1, 0)
        #expect(single == whole[row * columns + column])
      }
    }
  }
}
