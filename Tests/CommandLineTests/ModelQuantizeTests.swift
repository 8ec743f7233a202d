import Foundation
import ModelFormats
import TestSupport
import Testing

/// `pillow-lsp model quantize` and `model merge` by the built program.
struct ModelQuantizeTests {
  private func run(
    _ arguments: [String], in folder: URL, addressSpaceKilobytes: Int? = nil
  ) throws -> Program.Outcome {
    try Program.run(
      ["model", "quantize"] + arguments, in: folder, memoryKilobytes: addressSpaceKilobytes)
  }

  private func writeModel(_ url: URL) throws {
    let tensors: [GGUFWriter.Tensor] = [
      .init(name: "token_embd.weight", shape: [64, 8], type: .f32),
      .init(name: "blk.0.attn_q.weight", shape: [64, 64], type: .f32),
    ]
    let writer = try GGUFWriter(to: url, metadata: [], tensors: tensors)
    for tensor in tensors {
      let values = (0..<tensor.byteCount / 4).map { sin(Float($0)) }
      try values.withUnsafeBytes { try writer.write($0) }
    }
    try writer.finish()
  }

  @Test func itWritesAModelAndSaysWhatIsKeptFiner() throws {
    try Program.withFolder { folder in
      try writeModel(folder.appending(path: "in.gguf"))
      let outcome = try run(["--type", "q4_0", "in.gguf", "out.gguf"], in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.errors == "token_embd.weight in Q8_0; --pure makes it Q4_0 too.\n")
      #expect(outcome.output.hasPrefix("out.gguf: "))
      let file = try GGUFFile(contentsOf: folder.appending(path: "out.gguf"))
      #expect(file.tensors.map(\.type) == [.q8_0, .q4_0])
    }
  }

  @Test func anUnknownTypeIsAWrongUse() throws {
    try Program.withFolder { folder in
      let outcome = try run(["--type", "Q9", "in.gguf", "out.gguf"], in: folder)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("'Q9' is not one of Q8_0, Q4_0, Q4_1, Q4_K, Q6_K."))
    }
  }

  /// Counts that would need far more memory than there is are refused without reserving any.
  @Test func countsThatLieReserveNothing() throws {
    try Program.withFolder { folder in
      let url = folder.appending(path: "in.gguf")
      try writeModel(url)
      let valid = try Data(contentsOf: url)
      for (offset, count) in [(8, UInt64(1) << 34), (16, 1 << 34), (8, .max), (24, 1 << 40)] {
        var lying = valid
        lying.replaceSubrange(
          offset..<offset + 8, with: withUnsafeBytes(of: count.littleEndian) { Data($0) })
        try lying.write(to: url)
        let outcome = try run(
          ["--type", "Q8_0", "in.gguf", "out.gguf"], in: folder, addressSpaceKilobytes: 2_000_000)
        #expect(outcome.code == 1 && !outcome.crashed)
        #expect(outcome.errors.contains("in.gguf is damaged"), "\(outcome.errors)")
      }
    }
  }

  @Test func mergingWritesWhatTheAdapterChanges() throws {
    let resources = TestPaths.package.appending(path: "Tests/LanguageModelTests/Resources")
    let model = resources.appending(path: "architectures/gemma3.gguf").path
    try Program.withFolder { folder in
      let adapter = resources.appending(path: "adapters/gemma3").path
      let outcome = try Program.run(["model", "merge", model, adapter, "out.gguf"], in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains(" matrices changed, "))
      let file = try GGUFFile(contentsOf: folder.appending(path: "out.gguf"))
      #expect(file.tensors.contains { $0.type == .q8_0 })
      let other = resources.appending(path: "adapters/llama-linear").path
      let refused = try Program.run(["model", "merge", model, other, "no.gguf"], in: folder)
      #expect(refused.code == 1)
      #expect(refused.errors.contains("Use one that was made for this model."))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "no.gguf").path))
    }
  }
}
