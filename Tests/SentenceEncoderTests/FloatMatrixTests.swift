import Kernels
import TestSupport
import Testing

@Suite struct FloatMatrixTests {
  @Test(arguments: [1, 2, 3])
  func productsAreThoseOfThreeLoops(threads: Int) {
    let team = ThreadTeam(threads: threads)
    var generator = SplitMix(seed: UInt64(threads))
    func matrix(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    // The last three are large enough to be split, one by rows and two by columns, of which the last
    // has too many rows for the kernel of few.
    let shapes = [
      (1, 1, 1), (3, 5, 7), (1, 384, 96), (17, 33, 64), (300, 70, 64), (9, 1000, 128),
      (20, 1000, 64),
    ]
    for (rows, columns, inner) in shapes {
      for adding in [false, true] {
        let (a, b) = (matrix(rows * inner), matrix(columns * inner))
        let before = matrix(rows * columns)
        var out = before
        FloatMatrix.multiplyTransposed(
          a, b, into: &out, rows: rows, columns: columns, inner: inner, adding: adding, team: team)
        var difference: Float = 0
        for row in 0..<rows {
          for column in 0..<columns {
            var sum = adding ? Double(before[row * columns + column]) : 0
            for i in 0..<inner {
              sum += Double(a[row * inner + i]) * Double(b[column * inner + i])
            }
            difference = max(difference, abs(Float(sum) - out[row * columns + column]))
          }
        }
        #expect(difference < 1e-4, "\(rows)×\(columns)×\(inner): \(difference)")
      }
    }
  }
}
