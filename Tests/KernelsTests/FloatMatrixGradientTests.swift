import Kernels
import Testing

@Suite struct FloatMatrixGradientTests {
  private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> [Float] {
    var state = seed
    return (0..<rows * columns).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24) - 0.5
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 7), (17, 33, 64)])
  func productsAreThoseOfTheDefinition(rows: Int, columns: Int, inner: Int) {
    let a = matrix(rows, inner, seed: 1)
    let b = matrix(inner, columns, seed: 2)
    let transposed = (0..<inner * rows).map { a[$0 % rows * inner + $0 / rows] }
    let start = matrix(rows, columns, seed: 3)
    let expected = (0..<rows * columns).map { place in
      (0..<inner).reduce(0.0) {
        $0 + Double(a[place / columns * inner + $1]) * Double(b[$1 * columns + place % columns])
      }
    }
    for adding in [false, true] {
      var plain = start
      var left = start
      FloatMatrix.multiply(
        a, b, into: &plain, rows: rows, columns: columns, inner: inner, adding: adding)
      FloatMatrix.multiplyLeftTransposed(
        transposed, b, into: &left, rows: rows, columns: columns, inner: inner, adding: adding)
      for i in expected.indices {
        let value = expected[i] + (adding ? Double(start[i]) : 0)
        #expect(abs(Double(plain[i]) - value) < 1e-4)
        #expect(abs(Double(left[i]) - value) < 1e-4)
      }
    }
  }
}
