import CKernels
import Foundation
import TestSupport
import Testing

/// What a training pass is made of, at each level of this processor, against plain loops in float64.
@Suite struct TrainingKernelTests {
  static let levels = 0...pk_kernels_level()
  static let lengths = [16, 48, 576]

  private static func kernels(_ level: Int32) throws -> pk_training_kernels {
    try #require(pk_training_kernels_at(level)).pointee
  }

  private static func values(_ count: Int, _ generator: inout SplitMix) -> [Float] {
    (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
  }

  private func expect(
    _ found: [Float], _ wanted: [Double], within tolerance: Double = 1e-5, _ what: String
  ) {
    #expect(found.count == wanted.count)
    let size = max(1, wanted.map(abs).max() ?? 0)
    for (index, (a, b)) in zip(found, wanted).enumerated()
    where abs(Double(a) - b) > tolerance * size {
      Issue.record("\(what): \(a) in place of \(b) at \(index)")
      return
    }
  }

  /// Any orientation, with gaps between rows, added or not, with an adapter's part or without.
  @Test(arguments: levels)
  func productsAreThoseOfThreeLoops(level: Int32) throws {
    let multiply = try #require(Self.kernels(level).multiply_floats)
    var generator = SplitMix(seed: UInt64(level) + 3)
    for (rows, columns, inner) in [(1, 16, 1), (5, 32, 7), (13, 48, 33), (30, 96, 128)] {
      for isTurned in [false, true] {
        for (adding, narrow) in [(false, 0), (true, 0), (false, 16)] {
          let (aRow, aInner) = isTurned ? (1, rows + 2) : (inner + 1, 1)
          let a = Self.values(rows * (inner + 1) + inner * (rows + 2), &generator)
          let b = Self.values(inner * (columns + 16), &generator)
          let (x, y) = (
            Self.values(rows * narrow, &generator), Self.values(narrow * columns, &generator)
          )
          let before = Self.values(rows * (columns + 5), &generator)
          var c = before
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                  c.withUnsafeMutableBufferPointer { c in
                    var product = pk_product()
                    product.a = a.baseAddress
                    (product.a_row, product.a_inner) = (aRow, aInner)
                    product.b = b.baseAddress
                    (product.b_inner, product.b_panel) = (columns + 16, 32)
                    product.c = c.baseAddress
                    product.c_row = columns + 5
                    (product.rows, product.columns, product.inner) = (rows, columns, inner)
                    product.adding = adding ? 1 : 0
                    if narrow > 0 {
                      product.narrow = pk_narrow_product(
                        a: x.baseAddress, a_row: narrow, b: y.baseAddress, b_row: columns,
                        inner: narrow)
                    }
                    multiply(&product)
                  }
                }
              }
            }
          }
          var wanted = before.map(Double.init)
          for row in 0..<rows {
            for column in 0..<columns {
              var sum = adding ? wanted[row * (columns + 5) + column] : 0
              for k in 0..<inner {
                sum += Double(a[row * aRow + k * aInner]) * Double(b[k * (columns + 16) + column])
              }
              for k in 0..<narrow {
                sum += Double(x[row * narrow + k]) * Double(y[k * columns + column])
              }
              wanted[row * (columns + 5) + column] = sum
            }
          }
          expect(c, wanted, "\(rows)×\(columns)×\(inner), turned \(isTurned)")
        }
      }
    }
  }

  @Test(arguments: levels)
  func normsDerivatives(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 5)
    for count in Self.lengths {
      let (x, weight, dy) = (
        Self.values(count, &generator), Self.values(count, &generator),
        Self.values(count, &generator)
      )
      let before = Self.values(count, &generator)
      let epsilon: Float = 1e-3
      let mean = x.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
      let rho = 1 / (mean + Double(epsilon)).squareRoot()
      let along =
        (0..<count).reduce(0) { $0 + Double(x[$1]) * Double(weight[$1]) * Double(dy[$1]) }
        / Double(count)
      var dx = before
      kernels.rms_norm_backward(x, weight, epsilon, dy, &dx, count)
      expect(
        dx,
        (0..<count).map {
          Double(before[$0]) + rho * Double(weight[$0]) * Double(dy[$0])
            - rho * rho * rho * Double(x[$0]) * along
        }, "norm of \(count)")
      var dw = before
      kernels.rms_norm_weight_gradient(x, epsilon, dy, &dw, count)
      expect(
        dw, (0..<count).map { Double(before[$0]) + rho * Double(x[$0]) * Double(dy[$0]) },
        "weights of a norm of \(count)")
    }
  }

  private static func gate(_ kind: pk_gate, _ x: Double) -> Double {
    let inner = kind == PK_SILU ? x : 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    return x / (1 + exp(-inner))
  }

  /// Derivatives against differences of the function.
  @Test(arguments: levels)
  func gatesAndTheirDerivatives(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 6)
    for kind in [PK_SILU, PK_GELU_TANH] {
      let count = 64
      let (gate, up, dout) = (
        Self.values(count, &generator).map { 4 * $0 }, Self.values(count, &generator),
        Self.values(count, &generator)
      )
      let results = (0..<count).map { Self.gate(kind, Double(gate[$0])) * Double(up[$0]) }
      var out = [Float](repeating: .nan, count: count)
      kernels.gate_forward(kind, gate, up, &out, count)
      expect(out, results, "gate")
      var (dgate, dup, again) = (out, out, [Float](repeating: .nan, count: count))
      kernels.gate_backward(kind, gate, up, dout, &dgate, &dup, &again, count)
      expect(again, results, "gate once more")
      expect(
        dup, (0..<count).map { Self.gate(kind, Double(gate[$0])) * Double(dout[$0]) }, "dup")
      let step = 1e-5
      expect(
        dgate,
        (0..<count).map { index in
          let x = Double(gate[index])
          let slope = (Self.gate(kind, x + step) - Self.gate(kind, x - step)) / (2 * step)
          return slope * Double(up[index]) * Double(dout[index])
        }, "dgate")
    }
  }

  @Test(arguments: levels)
  func attentionOfOneQuery(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 8)
    for (first, last, count) in [(0, 1, 16), (0, 16, 16), (3, 20, 32), (40, 41, 64)] {
      let scale: Float = 0.3
      let scores = Self.values(count, &generator).map { 10 * $0 }
      let seen = (first..<last).map { exp(Double(scores[$0]) * Double(scale)) }
      let sum = seen.reduce(0, +)
      var wanted = [Double](repeating: 0, count: count)
      for (place, value) in zip(first..<last, seen) { wanted[place] = value / sum }
      var found = scores
      let logSum = kernels.attention_row(&found, first, last, count, scale)
      expect(found, wanted, "probabilities")
      #expect(abs(Double(logSum) - log(sum)) < 1e-5)
      var gradient = Self.values(count, &generator)
      let before = gradient
      let d = zip(wanted, before).reduce(0) { $0 + $1.0 * Double($1.1) }
      // What lies beyond may be no number.
      for place in last..<count { gradient[place] = .nan }
      found = scores
      kernels.attention_row_backward(&found, &gradient, first, last, count, scale, logSum, Float(d))
      expect(found, wanted, "probabilities once more")
      expect(
        gradient,
        (0..<count).map { wanted[$0] * (Double(before[$0]) - d) * Double(scale) },
        "gradients of scores")
    }
  }

  @Test(arguments: levels)
  func lossOfARowOfLogits(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 9)
    for count in [1, 15, 16, 261] {
      let row = Self.values(count, &generator).map { 20 * $0 }
      let target = count / 2
      let highest = Double(row.max() ?? 0)
      let sum = row.reduce(0) { $0 + exp(Double($1) - highest) }
      let loss = highest + log(sum) - Double(row[target])
      var kept = row
      #expect(abs(Double(kernels.cross_entropy(&kept, count, target, 0)) - loss) < 1e-4)
      #expect(kept == row)
      #expect(abs(Double(kernels.cross_entropy(&kept, count, target, 0.5)) - loss) < 1e-4)
      expect(
        kept,
        (0..<count).map {
          0.5 * (exp(Double(row[$0]) - highest) / sum - ($0 == target ? 1 : 0))
        }, "derivative of \(count) logits")
    }
  }

  /// Several steps, as Loshchilov and Hutter write them.
  @Test(arguments: levels)
  func stepsOfTheOptimiser(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 10)
    let count = 48
    var parameters = Self.values(count, &generator)
    var (mean, variance) = (
      [Float](repeating: 0, count: count), [Float](repeating: 0, count: count)
    )
    var wanted = parameters.map(Double.init)
    var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 1...4 {
      let gradient = Self.values(count, &generator)
      var options = pk_adamw(
        rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, decay: 0.1,
        correction1: Float(1 - pow(0.9, Double(step))),
        correction2: Float(1 - pow(0.99, Double(step))), clip: 0.5)
      kernels.adamw_step(&options, &parameters, gradient, &mean, &variance, count)
      for index in 0..<count {
        let g = Double(gradient[index]) * 0.5
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.99 * v[index] + 0.01 * g * g
        let (mHat, vHat) = (
          m[index] / (1 - pow(0.9, Double(step))), v[index] / (1 - pow(0.99, Double(step)))
        )
        wanted[index] -= 0.01 * (mHat / (vHat.squareRoot() + 1e-6) + 0.1 * wanted[index])
      }
      expect(parameters, wanted, "step \(step)")
    }
  }

  @Test(arguments: levels)
  func sums(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 11)
    for count in Self.lengths {
      let (x, y) = (Self.values(count, &generator), Self.values(count, &generator))
      let dot = zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Double(kernels.dot(x, y, count)) - dot) < 1e-3)
      var sum = y
      kernels.add_scaled(&sum, x, 0.7, count)
      expect(sum, zip(x, y).map { Double(Float(0.7)) * Double($0) + Double($1) }, "sum")
      let squares = x.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(pk_sum_of_squares(x, count) - squares) < 1e-9 * squares)
    }
  }

  /// Rows become columns; what is missing of 32 is zero.
  @Test(arguments: levels)
  func panelsAreTransposed(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 12)
    for (count, columns) in [(32, 64), (5, 33), (17, 16), (32, 47)] {
      let stride = columns + 3
      let rows = Self.values(count * stride, &generator)
      var panel = [Float](repeating: .nan, count: columns * 32)
      kernels.transpose_panel(rows, stride, count, columns, &panel)
      for k in 0..<columns {
        for r in 0..<32 {
          #expect(panel[k * 32 + r] == (r < count ? rows[r * stride + k] : 0))
        }
      }
    }
  }

  /// Codes of 12 and 16 bits: the product of two of them comes close to that of the floats, and the
  /// processor's own is that of plain loops.
  @Test(arguments: levels)
  func integersComeCloseToFloats(level: Int32) throws {
    let kernels = try Self.kernels(level)
    var generator = SplitMix(seed: 13)
    for (rows, inner) in [(1, 32), (7, 96), (13, 80)] {
      let filled = (inner + 31) / 32 * 32
      let a = Self.values(rows * inner, &generator)
      let b = Self.values(inner * 32, &generator)
      var codes = [Int16](repeating: 0, count: rows * filled)
      var scales = [Float](repeating: 0, count: rows * filled / 32)
      kernels.quantise_rows(a, inner, rows, inner, &codes, filled, &scales)
      var panel = [Int16](repeating: 0, count: filled * 32)
      var panelScales = [Float](repeating: 0, count: filled)
      kernels.quantise_panel(b, 32, inner, &panel, &panelScales)
      var (found, plain) = (
        [Float](repeating: 0, count: rows * 32), [Float](repeating: 0, count: rows * 32)
      )
      codes.withUnsafeBufferPointer { codes in
        panel.withUnsafeBufferPointer { panel in
          scales.withUnsafeBufferPointer { scales in
            panelScales.withUnsafeBufferPointer { panelScales in
              func multiply(
                _ kernel: (UnsafePointer<pk_integer_product>) -> Void, _ out: inout [Float]
              ) {
                out.withUnsafeMutableBufferPointer { out in
                  var product = pk_integer_product(
                    a: codes.baseAddress, a_row: filled, a_scales: scales.baseAddress,
                    a_scale_row: filled / 32, b: panel.baseAddress,
                    b_scales: panelScales.baseAddress, c: out.baseAddress, c_row: 32, rows: rows,
                    columns: 32, blocks: filled / 32, adding: 0, narrow: pk_narrow_product())
                  kernel(&product)
                }
              }
              multiply(pk_multiply_integers, &found)
              multiply(pk_multiply_integers_portable, &plain)
            }
          }
        }
      }
      expect(found, plain.map(Double.init), within: 1e-6, "integers against plain loops")
      var wanted = [Double](repeating: 0, count: rows * 32)
      for row in 0..<rows {
        for column in 0..<32 {
          for k in 0..<inner {
            wanted[row * 32 + column] += Double(a[row * inner + k]) * Double(b[k * 32 + column])
          }
        }
      }
      expect(found, wanted, within: 1e-3, "integers against floats")
    }
  }
}
