import Foundation
import ModelFormats
import TestSupport
import Testing

/// A small model through the whole conversion.
struct ModelQuantiserTests {
  private let folder: TemporaryFolder
  private let tensors: [GGUFWriter.Tensor] = [
    .init(name: "token_embd.weight", shape: [256, 40], type: .f16),
    .init(name: "blk.0.attn_norm.weight", shape: [256], type: .f32),
    .init(name: "blk.0.attn_q.weight", shape: [256, 300], type: .f32),
    .init(name: "blk.0.attn_k.weight", shape: [96, 4], type: .bf16),
    .init(name: "blk.0.attn_q.bias", shape: [256], type: .f32),
    .init(name: "blk.0.odd.weight", shape: [33, 2], type: .f32),
    .init(name: "blk.0.ffn_gate_inp.weight", shape: [256, 4], type: .f32),
  ]

  init() throws { folder = try TemporaryFolder() }

  private func source(outlier: Float? = nil) throws -> GGUFFile {
    var generator = SplitMix(seed: 5)
    try SmallModel.write(
      to: folder.file("source"),
      metadata: SmallModel.metadata + [("general.file_type", .uint32(1))],
      tensors: tensors, alignment: 64
    ) { tensor in
      var values = generator.normal(tensor.shape.reduce(1, *))
      if let outlier, tensor.type == .f32 { values[values.count - 1] = outlier }
      return values.flatMap { value -> [UInt8] in
        switch tensor.type {
        case .f32: withUnsafeBytes(of: value) { Array($0) }
        case .bf16: withUnsafeBytes(of: value) { Array($0[2...]) }
        default: [UInt8(truncatingIfNeeded: value.bitPattern >> 16), 0x38]
        }
      }
    }
    return try GGUFFile(contentsOf: folder.file("source"))
  }

  @Test(arguments: Quantisation.types) func everyTensorGetsItsType(type: TensorType) throws {
    let source = try source()
    var progress: [Int] = []
    try ModelQuantiser(source, to: type).write(to: folder.file("out")) { progress.append($0) }
    #expect(progress == Array(1...tensors.count))
    let result = try GGUFFile(contentsOf: folder.file("out"))
    let rows = type.blockElements == 256 ? TensorType.q8_0 : type
    #expect(
      result.tensors.map(\.type) == [.q8_0, .f32, type, rows, .f32, .f32, .f32])
    #expect(result.alignment == 64)
    for (before, after) in zip(source.tensors, result.tensors) {
      #expect(before.name == after.name && before.shape == after.shape)
      let (old, new) = (source.floats(of: before), result.floats(of: after))
      let tolerance: Float = after.type == before.type ? 0 : after.type == .q8_0 ? 0.02 : 0.5
      #expect(zip(old, new).allSatisfy { abs($0 - $1) <= tolerance })
    }
  }

  @Test func metadataIsKeptAndTheFileTypeChanged() throws {
    try ModelQuantiser(source(), to: .q4_K).write(to: folder.file("out"))
    let metadata = try GGUFFile(contentsOf: folder.file("out")).metadata
    for (key, value) in SmallModel.metadata { #expect(metadata.value(key) == value) }
    #expect(metadata.int("general.file_type") == 14)
    #expect(metadata.int("general.quantization_version") == 2)
  }

  @Test func pureTakesEmbeddingsToo() throws {
    let steps = try ModelQuantiser(source(), to: .q4_K, isPure: true).steps
    #expect(steps.first?.type == .q4_K)
  }

  @Test func quantisedTensorsAreRefusedUnlessAllowed() throws {
    try ModelQuantiser(source(), to: .q8_0).write(to: folder.file("q8"))
    let quantised = try GGUFFile(contentsOf: folder.file("q8"))
    let error = #expect(throws: ModelWritingError.self) {
      try ModelQuantiser(quantised, to: .q4_0)
    }
    #expect(error?.description.contains("--requantize") == true)
    try ModelQuantiser(quantised, to: .q4_0, requantises: true).write(to: folder.file("q4"))
    #expect(try GGUFFile(contentsOf: folder.file("q4")).tensors[2].type == .q4_0)
  }

  @Test(arguments: [Float.infinity, .nan, 1e6]) func valuesThatNoScaleHolds(value: Float) throws {
    let error = #expect(throws: ModelWritingError.self) {
      try ModelQuantiser(source(outlier: value), to: .q8_0).write(to: folder.file("out"))
    }
    guard case .unquantisable(_, "blk.0.attn_q.weight")? = error else {
      Issue.record("another error")
      return
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["source"])
  }
}
