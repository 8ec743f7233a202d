package import Foundation
import LanguageModel
package import ModelFormats

/// Brings an adapter from PEFT's form into llama.cpp's.
package enum AdapterExport {
  /// - Parameters:
  ///   - adapter: A folder of PEFT's, or a GGUF file.
  ///   - model: The model that it is for.
  /// - Throws: `LanguageModelError`, `ModelFormatError`, `ModelWritingError`.
  package static func writeGGUF(_ adapter: URL, for model: GGUFFile, to url: URL) throws {
    let shape = try ModelConfiguration(model)
    let parts = try AdapterParts(contentsOf: adapter, architecture: shape.architecture)
    let updates = try parts.updates(for: shape)
    // llama.cpp divides alpha by each matrix's rank; the whole scale goes into B.
    let tensors = updates.flatMap { update in
      let (rank, columns) = (update.matrices.rank, update.matrices.a.count / update.matrices.rank)
      let rows = update.matrices.b.count / rank
      return [
        GGUFWriter.Tensor(
          name: "\(update.tensorName).lora_a", shape: [columns, rank], type: .f32),
        GGUFWriter.Tensor(name: "\(update.tensorName).lora_b", shape: [rank, rows], type: .f32),
      ]
    }
    var metadata: [(String, GGUFValue)] = [
      ("general.architecture", .string(shape.architecture.rawValue)),
      ("general.type", .string("adapter")), ("adapter.type", .string("lora")),
      ("adapter.lora.alpha", .float32(1)),
    ]
    if parts.completesFiles {
      metadata.append((AdapterParts.codeForm.name, .string(AdapterParts.codeForm.file)))
    }
    let writer = try GGUFWriter(to: url, metadata: metadata, tensors: tensors)
    for update in updates {
      let scale = update.matrices.scale * Float(update.matrices.rank)
      for values in [update.matrices.a, update.matrices.b.map { $0 * scale }] {
        try values.withUnsafeBytes { try writer.write($0) }
      }
    }
    try writer.finish()
  }
}
