import Foundation
import ModelFormats
import Testing

/// The same bits as the `gguf` package gives, of random and adversarial blocks of every type.
struct DequantisationTests {
  private struct Golden: Decodable {
    let blocks, values: Data
  }

  @Test(arguments: TensorType.allCases) func sameBitsAsTheReference(type: TensorType) throws {
    let all = try JSONDecoder().decode([String: Golden].self, from: resource("dequantise.json"))
    let golden = try #require(all[type.name])
    let blocks = Array(golden.blocks)
    let count = blocks.count / type.blockBytes * type.blockElements
    var values = [Float](repeating: -1, count: count)
    values.withUnsafeMutableBufferPointer { values in
      blocks.withUnsafeBytes { blocks in
        guard let from = blocks.baseAddress, let into = values.baseAddress else { return }
        Dequantisation.dequantise(type, from, count: count, into: into)
      }
    }
    let expected = golden.values.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    try #require(expected.count == count)
    // What a NaN carries depends on the processor that made it.
    let differences = zip(values, expected).filter {
      !($0.isNaN && $1.isNaN) && $0.bitPattern != $1.bitPattern
    }
    #expect(differences.isEmpty, "\(differences.count) of \(count): \(differences.prefix(3))")
    #expect(expected.contains { $0.isNaN } && expected.contains { $0.isFinite && $0 != 0 })
  }

  @Test func everyHalfIsExact() {
    let halves = (0...UInt16.max).map { $0 }
    var values = [Float](repeating: 0, count: halves.count)
    values.withUnsafeMutableBufferPointer { values in
      halves.withUnsafeBytes { halves in
        guard let from = halves.baseAddress, let into = values.baseAddress else { return }
        Dequantisation.dequantise(.f16, from, count: values.count, into: into)
      }
    }
    for (half, value) in zip(halves, values) {
      let exponent = Int(half >> 10 & 31)
      let fraction = Double(half & 1023) / 1024
      let sign: Double = half >> 15 == 0 ? 1 : -1
      if exponent == 31 {
        #expect(fraction == 0 ? value == Float(sign) * .infinity : value.isNaN)
      } else {
        let magnitude =
          exponent == 0 ? scalbn(fraction, -14) : scalbn(1 + fraction, exponent - 15)
        #expect(Double(value) == sign * magnitude && (value.sign == .minus) == (sign < 0))
      }
    }
  }
}
