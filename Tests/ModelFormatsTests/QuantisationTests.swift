import Foundation
import ModelFormats
import TestSupport
import Testing

/// The simple types give the reference's bits; the others err less than plain rounding.
struct QuantisationTests {
  private struct Golden: Decodable {
    let values: Data
    let blocks: [String: Data]
  }

  private func quantised(_ values: [Float], _ type: TensorType) -> [UInt8] {
    var blocks = [UInt8](repeating: 0xAA, count: type.byteCount(values.count))
    blocks.withUnsafeMutableBytes { blocks in
      values.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let into = blocks.baseAddress else { return }
        Quantisation.quantise(from, count: values.count, as: type, into: into)
      }
    }
    return blocks
  }

  private func restored(_ values: [Float], _ type: TensorType) -> [Float] {
    let blocks = quantised(values, type)
    var result = [Float](repeating: 0, count: values.count)
    result.withUnsafeMutableBufferPointer { result in
      blocks.withUnsafeBytes { blocks in
        guard let from = blocks.baseAddress, let into = result.baseAddress else { return }
        Dequantisation.dequantise(type, from, count: values.count, into: into)
      }
    }
    return result
  }

  private func rootMeanSquare(_ a: [Float], _ b: [Float]) -> Double {
    let sum = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (sum / Double(a.count)).squareRoot()
  }

  @Test(arguments: [TensorType.q8_0, .q4_0, .q4_1]) func sameBitsAsTheReference(
    type: TensorType
  ) throws {
    let golden = try JSONDecoder().decode(Golden.self, from: resource("quantise.json"))
    let values = golden.values.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let expected = try #require(golden.blocks[type.name])
    #expect(quantised(values, type) == Array(expected))
  }

  /// Every part of a block by its own range, then its scale and minimum rounded to six bits.
  private func plainQ4K(_ values: [Float]) -> [Float] {
    stride(from: 0, to: values.count, by: 256).flatMap { start -> [Float] in
      let parts = stride(from: start, to: start + 256, by: 32).map { values[$0..<$0 + 32] }
      let mins = parts.map { -min(0, $0.min() ?? 0) }
      let scales = zip(parts, mins).map { (($0.max() ?? 0) + $1) / 15 }
      let (d, dmin) = ((scales.max() ?? 0) / 63, (mins.max() ?? 0) / 63)
      return zip(parts, zip(scales, mins)).flatMap { part, fit in
        let scale = d * (fit.0 / d).rounded()
        let min = dmin * (fit.1 / dmin).rounded()
        return part.map { value in
          scale * Swift.min(15, Swift.max(0, ((value + min) / scale).rounded())) - min
        }
      }
    }
  }

  /// Every part of a block by its largest magnitude, then its scale rounded to eight bits.
  private func plainQ6K(_ values: [Float]) -> [Float] {
    stride(from: 0, to: values.count, by: 256).flatMap { start -> [Float] in
      let parts = stride(from: start, to: start + 256, by: 16).map { values[$0..<$0 + 16] }
      let scales = parts.map { ($0.map(\.magnitude).max() ?? 0) / 31 }
      let d = (scales.max() ?? 0) / 127
      return zip(parts, scales).flatMap { part, fit in
        let scale = d * (fit / d).rounded()
        return part.map { scale * min(31, max(-32, ($0 / scale).rounded())) }
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func theSearchErrsLessThanPlainRounding(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let normal = generator.normal(256 * 64, scale: 0.05)
    // A few large values among many small ones, as trained weights have them.
    let heavy = normal.map { $0 * $0 * $0 * 400 }
    for values in [normal, heavy] {
      let q4 = rootMeanSquare(values, restored(values, .q4_K))
      let q6 = rootMeanSquare(values, restored(values, .q6_K))
      #expect(q4 < 0.93 * rootMeanSquare(values, plainQ4K(values)))
      #expect(q6 < 0.93 * rootMeanSquare(values, plainQ6K(values)))
      #expect(q6 < q4)
      #expect(q4 < rootMeanSquare(values, restored(values, .q4_0)))
    }
  }

  @Test(arguments: Quantisation.types) func whatBlocksCanHoldComesBack(type: TensorType) {
    let zero = [Float](repeating: 0, count: 256)
    #expect(restored(zero, type) == zero)
    for constant: Float in [1, -1, 3e-3, 60000] {
      let values = [Float](repeating: constant, count: 256)
      for value in restored(values, type) {
        #expect(abs(value - constant) <= abs(constant) * 0.04, "\(type.name) \(constant)")
      }
    }
  }

  @Test(arguments: Quantisation.types) func extremesStayFiniteAndNear(type: TensorType) {
    var generator = SplitMix(seed: 9)
    for scale: Float in [1e-38, 1e-9, 1e-3, 1, 1e4] {
      let values = generator.normal(1024, scale: scale).map { min(65504, max(-65504, $0)) }
      let largest = values.map(\.magnitude).max() ?? 0
      let result = restored(values, type)
      #expect(!result.contains { !$0.isFinite })
      #expect(zip(values, result).allSatisfy { abs($0 - $1) <= largest * 1.01 })
    }
  }

  /// Blocks are independent, so that a tensor can be quantised in pieces.
  @Test(arguments: Quantisation.types) func piecesGiveTheWhole(type: TensorType) {
    var generator = SplitMix(seed: 4)
    let values = generator.normal(1024)
    let pieces = stride(from: 0, to: 1024, by: 256).flatMap {
      quantised(Array(values[$0..<$0 + 256]), type)
    }
    #expect(pieces == quantised(values, type))
  }
}
