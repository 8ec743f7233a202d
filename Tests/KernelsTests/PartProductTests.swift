import CKernels
import TestSupport
import Testing

/// Products over columns that lie in several matrices have the bits of one product over all of them.
struct PartProductTests {
  @Test(arguments: PanelProductTests.kernelNames)
  func partsGiveTheBitsOfTheWhole(kernels: String) throws {
    let product = try #require(pk_kernels_product(kernels))
    var generator = SplitMix(seed: 5)
    for (columns, borders) in [
      (33, [16]), (64, [32, 48]), (7, [2, 4, 6]), (16, []), (80, [0, 64]),
    ] {
      for tokens in [1, 3, 12, 17] {
        let rows = 32
        let panel = (0..<rows * columns).map { _ in
          Float16(Float.random(in: -1...1, using: &generator)).bitPattern
        }
        var input = (0..<tokens * columns).map { _ in Float.random(in: -2...2, using: &generator) }
        var whole = [Float](repeating: 0, count: tokens * rows)
        var parts = [Float](repeating: 0, count: tokens * rows * 2)
        panel.withUnsafeBytes { panel in
          input.withUnsafeMutableBufferPointer { input in
            func add(_ range: Range<Int>, into y: inout [Float], _ stride: Int, _ adding: Int32) {
              var matrix = pk_matrix(
                panels: panel.baseAddress?.assumingMemoryBound(to: UInt8.self)
                  .advanced(by: range.lowerBound * 32),
                panel_stride: columns * 32, rows: rows, columns: range.count, kind: PK_PANEL_F16)
              var activations = pk_activations()
              activations.x = input.baseAddress?.advanced(by: range.lowerBound)
              activations.x_stride = columns
              activations.columns = range.count
              product(&matrix, 0, rows / 16, &activations, 0, tokens, &y, stride, adding)
            }
            add(0..<columns, into: &whole, rows, 0)
            for (from, to) in zip([0] + borders, borders + [columns]) {
              add(from..<to, into: &parts, 2 * rows, PK_PART)
            }
          }
        }
        let sums = (0..<tokens * rows).map { index in
          let place = index / rows * 2 * rows + index % rows
          return parts[place] + parts[place + rows]
        }
        #expect(sums == whole, "\(kernels), \(columns) columns, \(tokens) tokens")
      }
    }
  }
}
