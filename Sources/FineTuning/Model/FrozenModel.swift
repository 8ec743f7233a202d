import CKernels
package import LanguageModel
package import ModelFormats

/// The base model as training reads it: matrices stay packed as in the file, norms and biases are
/// float32.
package final class FrozenModel: @unchecked Sendable {
  struct Layer {
    var matrices: [FrozenMatrix]
    var attentionNorm, feedForwardNorm: UnsafeMutablePointer<Float>
    var postAttentionNorm, postFeedForwardNorm: UnsafeMutablePointer<Float>?
    var queryNorm, keyNorm: UnsafeMutablePointer<Float>?
    var queryBias, keyBias, valueBias: UnsafeMutablePointer<Float>?
  }

  package let file: GGUFFile
  package let shape: ModelConfiguration
  let layers: [Layer]
  let embedding: FrozenMatrix
  let head: FrozenMatrix
  let outputNorm: UnsafeMutablePointer<Float>
  private let arena: Arena

  /// - Throws: ``TrainingError``, `LanguageModelError`.
  package init(_ file: GGUFFile) throws {
    shape = try ModelConfiguration(file)
    guard shape.architecture.isTrainable else {
      let trainable = Architecture.allCases.filter(\.isTrainable).map(\.rawValue)
      throw TrainingError.unsupported(
        path: file.file.path,
        what: "its architecture is \(shape.architecture.rawValue), and training supports "
          + trainable.joined(separator: ", "))
    }
    self.file = file
    arena = Arena(sharing: 1 << 20)
    let reader = FrozenReader(file: file, arena: arena)
    embedding = try reader.matrix(
      "token_embd.weight", rows: shape.vocabulary, columns: shape.width)
    head =
      file.tensor(named: "output.weight") == nil
      ? embedding
      : try reader.matrix("output.weight", rows: shape.vocabulary, columns: shape.width)
    outputNorm = try reader.vector("output_norm.weight", count: shape.width)
    var layers: [Layer] = []
    for index in 0..<shape.layers { layers.append(try reader.layer(index, shape)) }
    self.layers = layers
  }
}

/// Finds tensors by name and checks their shapes.
private struct FrozenReader {
  let file: GGUFFile
  let arena: Arena

  private func tensor(_ name: String, rows: Int, columns: Int) throws -> TensorInfo {
    guard let tensor = file.tensor(named: name) else {
      throw TrainingError.damaged(
        path: file.file.path, reason: "the tensor \(name) is missing")
    }
    guard tensor.rowElements == columns, tensor.rowCount == rows, rows > 0 else {
      throw TrainingError.damaged(
        path: file.file.path,
        reason: "the tensor \(name) has the shape \(tensor.shape), not \([columns, rows])")
    }
    return tensor
  }

  func matrix(_ name: String, rows: Int, columns: Int) throws -> FrozenMatrix {
    let tensor = try tensor(name, rows: rows, columns: columns)
    guard let bytes = file.bytes(of: tensor).baseAddress else {
      throw TrainingError.damaged(path: file.file.path, reason: "\(name) is empty")
    }
    return FrozenMatrix(type: tensor.type, bytes: bytes, rows: rows, columns: columns)
  }

  func vector(_ name: String, count: Int) throws -> UnsafeMutablePointer<Float> {
    let tensor = try tensor(name, rows: 1, columns: count)
    let out = arena.allocate(Float.self, count: count)
    if let source = file.bytes(of: tensor).baseAddress {
      Dequantisation.dequantise(tensor.type, source, count: count, into: out)
    }
    return out
  }

  func optional(
    _ name: String, count: Int, needed: Bool, possible: Bool = false
  ) throws -> UnsafeMutablePointer<Float>? {
    guard needed || possible && file.tensor(named: name) != nil else { return nil }
    return try vector(name, count: count)
  }

  func layer(_ index: Int, _ shape: ModelConfiguration) throws -> FrozenModel.Layer {
    let prefix = "blk.\(index)."
    let kind = shape.architecture
    let mayHaveBiases = kind == .llama
    return FrozenModel.Layer(
      matrices: try AdapterModule.allCases.map { module in
        let (rows, columns) = module.size(in: shape)
        return try matrix(prefix + module.ggufName + ".weight", rows: rows, columns: columns)
      },
      attentionNorm: try vector(prefix + "attn_norm.weight", count: shape.width),
      feedForwardNorm: try vector(prefix + "ffn_norm.weight", count: shape.width),
      postAttentionNorm: try optional(
        prefix + "post_attention_norm.weight", count: shape.width, needed: kind.hasPostNorms),
      postFeedForwardNorm: try optional(
        prefix + "post_ffw_norm.weight", count: shape.width, needed: kind.hasPostNorms),
      queryNorm: try optional(
        prefix + "attn_q_norm.weight", count: shape.headWidth, needed: kind.hasHeadNorms),
      keyNorm: try optional(
        prefix + "attn_k_norm.weight", count: shape.headWidth, needed: kind.hasHeadNorms),
      queryBias: try optional(
        prefix + "attn_q.bias", count: shape.queryWidth, needed: kind.hasProjectionBiases,
        possible: mayHaveBiases),
      keyBias: try optional(
        prefix + "attn_k.bias", count: shape.keyWidth, needed: kind.hasProjectionBiases,
        possible: mayHaveBiases),
      valueBias: try optional(
        prefix + "attn_v.bias", count: shape.keyWidth, needed: kind.hasProjectionBiases,
        possible: mayHaveBiases))
  }
}
