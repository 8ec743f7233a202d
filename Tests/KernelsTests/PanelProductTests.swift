import CKernels
import Foundation
import TestSupport
import Testing

/// Every kernel set against float64 sums over the rows as they read back from the panels.
struct PanelProductTests {
  static let types: [(name: String, type: UInt32, blockBytes: Int, blockColumns: Int)] = [
    ("F32", 0, 4, 1), ("F16", 1, 2, 1), ("Q4_0", 2, 18, 32), ("Q4_1", 3, 20, 32),
    ("Q5_0", 6, 22, 32), ("Q5_1", 7, 24, 32), ("Q8_0", 8, 34, 32), ("Q4_K", 12, 144, 256),
    ("Q5_K", 13, 176, 256), ("Q6_K", 14, 210, 256), ("BF16", 30, 2, 1),
  ]

  static var kernelNames: [String] {
    var names: [String] = []
    guard var next = pk_kernels_available() else { return [] }
    while let name = next.pointee {
      names.append(String(cString: name))
      next += 1
    }
    return names
  }

  @Test(arguments: kernelNames)
  func everyKernelGivesTheProduct(kernels: String) throws {
    let product = try #require(pk_kernels_product(kernels))
    for type in Self.types {
      for (rows, columns, tokens) in [
        (16, 256, 1), (16, 512, 2), (40, 256, 7), (48, 512, 12), (9, 768, 5),
      ] {
        let example = ProductExample(
          type: type.type, blockBytes: type.blockBytes, blockColumns: type.blockColumns,
          rows: rows, columns: columns, tokens: tokens, seed: UInt64(rows * 31 + tokens))
        let difference = example.largestDifference(product)
        #expect(difference < 2e-5, "\(kernels), \(type.name), \(rows)×\(columns), \(tokens) tokens")
      }
    }
  }

  @Test(arguments: kernelNames)
  func extremeCodesDoNotOverflow(kernels: String) throws {
    let product = try #require(pk_kernels_product(kernels))
    for type in Self.types where type.blockColumns > 1 {
      for byte in [UInt8(0x00), 0xFF, 0x80, 0x7F] {
        var example = ProductExample(
          type: type.type, blockBytes: type.blockBytes, blockColumns: type.blockColumns,
          rows: 16, columns: 256, tokens: 5, seed: 3)
        example.fillCodes(with: byte)
        for sign in [Float(1), -1] {
          example.input = example.input.map { _ in sign }
          #expect(example.largestDifference(product) < 2e-5, "\(kernels), \(type.name), \(byte)")
        }
      }
    }
  }

  /// What adapters are kept as.
  @Test(arguments: kernelNames)
  func floatsOfEightBitsGiveTheProduct(kernels: String) throws {
    let product = try #require(pk_kernels_product(kernels))
    for (kind, columns) in [
      (PK_PANEL_R8, 16), (PK_PANEL_R8, 48), (PK_PANEL_R8, 512), (PK_PANEL_S8, 576),
    ] {
      for (rows, tokens) in [(16, 1), (40, 2), (64, 29)] {
        let example = ProductExample(
          type: 0, blockBytes: 4, blockColumns: 1, rows: rows, columns: columns, tokens: tokens,
          seed: UInt64(rows + tokens))
        let difference = example.largestDifference(product, packedAs: kind)
        #expect(difference < 2e-5, "\(kernels), \(kind), \(rows)×\(columns), \(tokens) tokens")
      }
    }
  }

  @Test func floatsKeepTheirFirstEightBits() {
    var generator = SplitMix(seed: 12)
    for (kind, columns) in [(PK_PANEL_R8, 48), (PK_PANEL_S8, 64)] {
      var rows = (0..<5 * columns).map { _ in Float.random(in: -1...1, using: &generator) }
      for index in 0..<columns { rows[index] = 0 }
      var panel = [UInt8](repeating: 0xFF, count: pk_panel_bytes(kind, columns))
      pk_pack_floats(rows, columns, 5, columns, kind, &panel)
      var row = [Float](repeating: 0, count: columns)
      panel.withUnsafeBufferPointer { panel in
        var matrix = pk_matrix(
          panels: panel.baseAddress, panel_stride: panel.count, rows: 16, columns: columns,
          kind: kind)
        for index in 0..<16 {
          pk_panel_row(&matrix, index, &row)
          for (column, value) in row.enumerated() {
            let wanted = index < 5 ? rows[index * columns + column] : 0
            #expect(abs(value - wanted) <= 0.5 / 127 + 1e-3 * abs(wanted))
          }
        }
      }
    }
  }

  @Test func anUnknownSetIsRefused() { #expect(pk_kernels_product("abacus") == nil) }

  @Test func theBestSetIsInUseUnlessAnotherIsAskedFor() throws {
    let asked = ProcessInfo.processInfo.environment["PILLOW_KERNELS"] ?? ""
    let names = Self.kernelNames
    #expect(String(cString: pk_kernels_name()) == (names.contains(asked) ? asked : names.first))
  }

  @Test func halvesAreRoundedToNearestEven() {
    var out = [UInt16](repeating: 0, count: 1)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let value = Float(bitPattern: UInt32.random(in: 0..<0x4780_0000, using: &generator))
      pk_store_halves([value], 1, &out, 1)
      #expect(out[0] == Float16(value).bitPattern, "\(value)")
    }
  }
}

/// Random weights of a type with random activations.
private struct ProductExample {
  let type: UInt32
  let rows, columns, tokens, blockBytes, blockColumns: Int
  var weights: [UInt8]
  var input: [Float]

  init(
    type: UInt32, blockBytes: Int, blockColumns: Int, rows: Int, columns: Int, tokens: Int,
    seed: UInt64
  ) {
    self.type = type
    self.blockBytes = blockBytes
    self.blockColumns = blockColumns
    (self.rows, self.columns, self.tokens) = (rows, columns, tokens)
    var generator = SplitMix(seed: seed &* 977 &+ UInt64(type))
    weights = (0..<rows * columns / blockColumns * blockBytes).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
    input = (0..<tokens * columns).map { _ in Float.random(in: -2...2, using: &generator) }
    setScales(&generator)
  }

  /// Scales of ordinary size, so that no sum is infinite.
  private mutating func setScales(_ generator: inout SplitMix) {
    let places: [Int] =
      switch type {
      case 3, 7, 12, 13: [0, 2]
      case 14: [208]
      default: [0]
      }
    for block in 0..<weights.count / blockBytes {
      if type == 0 || type == 30 || type == 1 {
        let value = Float.random(in: -1...1, using: &generator)
        let bits: [UInt8] =
          switch type {
          case 0: withUnsafeBytes(of: value.bitPattern) { Array($0) }
          case 30: withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { Array($0) }
          default: withUnsafeBytes(of: Float16(value).bitPattern) { Array($0) }
          }
        weights.replaceSubrange(block * blockBytes..<(block + 1) * blockBytes, with: bits)
        continue
      }
      for place in places {
        let half = Float16(Float.random(in: 0.01...0.02, using: &generator)).bitPattern
        withUnsafeBytes(of: half) {
          weights.replaceSubrange(
            block * blockBytes + place..<block * blockBytes + place + 2, with: $0)
        }
      }
    }
  }

  mutating func fillCodes(with byte: UInt8) {
    let first = [3: 4, 7: 4, 12: 4, 13: 4][type] ?? (type == 14 ? 0 : 2)
    for block in 0..<weights.count / blockBytes {
      for offset in first..<(type == 14 ? 192 : blockBytes) {
        weights[block * blockBytes + offset] = byte
      }
    }
  }

  /// Between the product and the sum of the same rounded weights and inputs, relative to the sum of
  /// sizes.
  ///
  /// - Parameter packed: the kind that float32 weights are rounded to; by default that of the
  ///   weights' type.
  func largestDifference(_ product: pk_multiply, packedAs rounded: pk_panel_kind? = nil) -> Float {
    let kind = rounded ?? pk_panel_kind(UInt32(pk_panel_kind_of_type(type)))
    let panels = pk_panel_count(rows)
    let stride = pk_panel_bytes(kind, columns)
    var packed = [UInt8](repeating: 0, count: panels * stride)
    let rowBytes = columns / blockColumns * blockBytes
    for panel in 0..<panels {
      let count = min(16, rows - panel * 16)
      weights.withUnsafeBytes { source in
        packed.withUnsafeMutableBufferPointer { out in
          guard let from = source.baseAddress, let to = out.baseAddress else { return }
          let (rows, into) = (from + panel * 16 * rowBytes, to + panel * stride)
          if rounded == nil {
            _ = pk_pack_panel(type, rows, rowBytes, count, columns, into)
          } else {
            pk_pack_floats(
              rows.assumingMemoryBound(to: Float.self), columns, count, columns, kind, into)
          }
        }
      }
    }
    var input = input
    let blocks = max(tokens, tokens * columns / 32)
    var q = [Int16](repeating: 0, count: tokens * columns)
    var (d, s) = (floats(blocks), floats(blocks))
    var h = floats(2 * blocks)
    var y = floats(tokens * panels * 16)
    var largest: Float = 0
    packed.withUnsafeBufferPointer { packed in
      input.withUnsafeMutableBufferPointer { input in
        q.withUnsafeMutableBufferPointer { q in
          d.withUnsafeMutableBufferPointer { d in
            s.withUnsafeMutableBufferPointer { s in
              h.withUnsafeMutableBufferPointer { h in
                var activations = pk_activations(
                  x: input.baseAddress, x_stride: columns, q: q.baseAddress, d: d.baseAddress,
                  s: s.baseAddress, h: h.baseAddress, columns: columns)
                for token in 0..<tokens {
                  if kind == PK_PANEL_R8 {
                    pk_quantise_narrow(&activations, token)
                  } else {
                    pk_quantise(&activations, token, 0, columns)
                  }
                }
                var matrix = pk_matrix(
                  panels: packed.baseAddress, panel_stride: stride, rows: rows,
                  columns: columns, kind: kind)
                product(&matrix, 0, panels, &activations, 0, tokens, &y, panels * 16, 0)
                largest = compare(&matrix, y, input, q, d, panels * 16)
                // Added to itself, the product is there twice.
                let once = y
                product(&matrix, 0, panels, &activations, 0, tokens, &y, panels * 16, 1)
                for index in y.indices { y[index] -= once[index] }
                largest = max(largest, compare(&matrix, y, input, q, d, panels * 16))
              }
            }
          }
        }
      }
    }
    return largest
  }

  private func compare(
    _ matrix: inout pk_matrix, _ y: [Float], _ x: UnsafeMutableBufferPointer<Float>,
    _ q: UnsafeMutableBufferPointer<Int16>, _ d: UnsafeMutableBufferPointer<Float>, _ stride: Int
  ) -> Float {
    let isNarrow = matrix.kind == PK_PANEL_R8
    func coded(_ t: Int, _ c: Int) -> Double {
      Double(d[isNarrow ? t : (t * columns + c) / 32])
        * Double(q[t * columns + c - c % 32 + Int(pk_place(Int32(c % 32)))])
    }
    var row = floats(columns)
    var largest: Float = 0
    let quantised = isNarrow || pk_panel_is_quantised(matrix.kind) != 0
    for r in 0..<rows {
      pk_panel_row(&matrix, r, &row)
      for t in 0..<tokens {
        var (sum, size) = (0.0, 1e-9)
        for c in 0..<columns {
          let a =
            quantised
            ? coded(t, c)
            : Double(x[t * columns + c])
          sum += a * Double(row[c])
          size += abs(a * Double(row[c]))
        }
        let difference = abs(sum - Double(y[t * stride + r])) / size
        largest = max(largest, difference.isFinite ? Float(difference) : .infinity)
      }
    }
    return largest
  }

  private func floats(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
}
