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
  /// All of the above by their names in the file, in the order in which they are read.
  let tensors: [NamedTensor]
  private let arena: Arena

  struct NamedTensor {
    enum Values {
      case matrix(FrozenMatrix)
      case vector(UnsafeMutablePointer<Float>)
    }

    let name: String
    let count: Int
    let values: Values

    var isMatrix: Bool { if case .matrix = values { true } else { false } }

    /// Its values in float32.
    func unpack(into out: UnsafeMutablePointer<Float>) {
      switch values {
      case .matrix(let matrix): matrix.unpack(rows: 0, count: matrix.rows, into: out)
      case .vector(let values): out.update(from: values, count: count)
      }
    }
  }

  /// - Throws: ``TrainingError``, `LanguageModelError`.
  package convenience init(_ file: GGUFFile) throws { try self.init(file, values: [:]) }

  /// - Parameter values: Where tensors' values lie in float32, by name, if not in the file. They have
  ///   to stay there as long as the model.
  init(_ file: GGUFFile, values: [String: UnsafeMutablePointer<Float>]) throws {
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
    let reader = FrozenReader(file: file, arena: arena, values: values)
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
    tensors = reader.tensors
  }
}

/// Finds tensors by name and checks their shapes.
private final class FrozenReader {
  let file: GGUFFile
  let arena: Arena
  let values: [String: UnsafeMutablePointer<Float>]
  private(set) var tensors: [FrozenModel.NamedTensor] = []

  init(file: GGUFFile, arena: Arena, values: [String: UnsafeMutablePointer<Float>]) {
    self.file = file
    self.arena = arena
    self.values = values
  }

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
    let matrix =
      if let values = values[name] {
        FrozenMatrix(type: .f32, bytes: values, rows: rows, columns: columns)
      } else {
        FrozenMatrix(type: tensor.type, bytes: bytes, rows: rows, columns: columns)
      }
    tensors.append(.init(name: name, count: rows * columns, values: .matrix(matrix)))
    return matrix
  }

  func vector(_ name: String, count: Int) throws -> UnsafeMutablePointer<Float> {
    let tensor = try tensor(name, rows: 1, columns: count)
    let out = values[name] ?? arena.allocate(Float.self, count: count)
    if values[name] == nil, let source = file.bytes(of: tensor).baseAddress {
      Dequantisation.dequantise(tensor.type, source, count: count, into: out)
    }
    tensors.append(.init(name: name, count: count, values: .vector(out)))
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
