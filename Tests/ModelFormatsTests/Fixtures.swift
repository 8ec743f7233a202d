import Foundation
import ModelFormats
import TestSupport

extension TemporaryFolder {
  func write(_ bytes: [UInt8]) throws -> URL { try write(bytes, "model") }
}

extension SplitMix {
  /// Normally distributed values (Box–Muller).
  mutating func normal(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in
      let radius = (-2 * log(Float.random(in: 1e-7..<1, using: &self))).squareRoot()
      return scale * radius * cos(2 * .pi * Float.random(in: 0..<1, using: &self))
    }
  }
}

func resource(_ name: String) throws -> Data {
  try Data(
    contentsOf: TestPaths.package.appending(path: "Tests/ModelFormatsTests/Resources/\(name)"))
}

/// A small file with every kind of metadata and a tensor of each of a few types.
enum SmallModel {
  static let metadata: [(key: String, value: GGUFValue)] = [
    ("general.architecture", .string("llama")),
    ("llama.block_count", .uint32(7)),
    ("llama.offset", .int32(-3)),
    ("llama.large", .uint64(1 << 40)),
    ("llama.negative", .int64(-(1 << 40))),
    ("llama.epsilon", .float32(0.25)),
    ("llama.base", .float64(1e-30)),
    ("tokenizer.add_bos", .bool(true)),
    ("tokenizer.tokens", .byteStrings([[0xE2, 0x82], [], Array("größe".utf8)])),
    ("tokenizer.scores", .float32s([1.5, -2])),
    ("tokenizer.types", .int32s([1, -1, 6])),
    ("tokenizer.flags", .bools([true, false])),
    ("tokenizer.empty", .strings([])),
  ]
  static let tensors: [GGUFWriter.Tensor] = [
    .init(name: "token_embd.weight", shape: [32, 3], type: .q4_1),
    .init(name: "blk.0.attn_norm.weight", shape: [5], type: .f32),
    .init(name: "blk.0.ffn_down.weight", shape: [256, 2], type: .q6_K),
    .init(name: "rope", shape: [3, 2, 2], type: .f16),
  ]

  /// The values of all tensors: bytes counted up.
  static func bytes(_ tensor: GGUFWriter.Tensor) -> [UInt8] {
    (0..<tensor.byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  }

  static func write(
    to url: URL, metadata: [(key: String, value: GGUFValue)] = metadata,
    tensors: [GGUFWriter.Tensor] = tensors, alignment: Int = 32,
    bytes: (GGUFWriter.Tensor) -> [UInt8] = bytes
  ) throws {
    let writer = try GGUFWriter(
      to: url, metadata: metadata, tensors: tensors, alignment: alignment)
    for tensor in tensors { try bytes(tensor).withUnsafeBytes { try writer.write($0) } }
    try writer.finish()
  }
}
