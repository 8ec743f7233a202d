import CKernels
import Kernels
import ModelFormats

/// A decoder's weights as the kernels read them.
///
/// `@unchecked`: the memory belongs to `arena`, and nothing is written after `init`.
final class ModelWeights: @unchecked Sendable {
  /// The rows of one layer's matrices; norms and biases are nil where the architecture has none.
  struct Layer {
    /// Queries, keys and values, in as few matrices as their types allow.
    var projections: [Projection] = []
    var output = pk_matrix()
    var gate = pk_matrix()
    var up = pk_matrix()
    var down = pk_matrix()
    var attentionNorm: UnsafePointer<Float>?
    var feedForwardNorm: UnsafePointer<Float>?
    /// Of what attention and the feed-forward layer give, before it is added (Gemma 3).
    var postAttentionNorm: UnsafePointer<Float>?
    var postFeedForwardNorm: UnsafePointer<Float>?
    var queryBias, keyBias, valueBias: UnsafePointer<Float>?
    var queryNorm, keyNorm: UnsafePointer<Float>?
    /// Whether the matrices that read the normalised stream want it in int16.
    var quantisesAttentionInput = false
    var quantisesFeedForwardInput = false
  }

  /// A matrix and where its result begins in a token's queries, keys and values.
  struct Projection {
    var matrix: pk_matrix
    var offset: Int
  }

  let configuration: ModelConfiguration
  let layers: [Layer]
  /// A row a token.
  let embedding: pk_matrix
  /// To logits; the embedding itself where the file has no other.
  let head: pk_matrix
  let outputNorm: UnsafePointer<Float>
  private let arena: Arena

  /// Bytes that the weights take.
  var byteCount: Int { arena.byteCount }

  init(_ file: GGUFFile, team: ThreadTeam) throws(LanguageModelError) {
    let configuration = try ModelConfiguration(file)
    let arena = Arena()
    let reader = TensorReader(
      file: file, packing: PanelPacking(file: file, arena: arena, team: team))
    let width = configuration.width
    embedding = try reader.matrix(
      "token_embd.weight", rows: configuration.vocabulary, columns: width)
    head =
      file.tensor(named: "output.weight") == nil
      ? embedding
      : try reader.matrix("output.weight", rows: configuration.vocabulary, columns: width)
    outputNorm = try reader.vector("output_norm.weight", count: width)
    var layers: [Layer] = []
    for index in 0..<configuration.layers {
      layers.append(try reader.layer(index, configuration))
    }
    try reader.refuseOthers(configuration)
    self.layers = layers
    self.configuration = configuration
    self.arena = arena
    file.dropResidentPages()
  }
}

/// Finds tensors by name and checks their shapes.
private final class TensorReader {
  let file: GGUFFile
  let packing: PanelPacking
  private var used: Set<String> = []

  init(file: GGUFFile, packing: PanelPacking) {
    self.file = file
    self.packing = packing
  }

  func tensor(_ name: String, rows: Int, columns: Int) throws(LanguageModelError) -> TensorInfo {
    guard let tensor = file.tensor(named: name) else {
      throw .damaged(path: file.file.path, reason: "the tensor \(name) is missing")
    }
    guard tensor.rowElements == columns, tensor.rowCount == rows, rows > 0 else {
      throw .damaged(
        path: file.file.path,
        reason: "the tensor \(name) has the shape \(tensor.shape), not \([columns, rows])")
    }
    used.insert(name)
    return tensor
  }

  /// A tensor that nothing reads belongs to a part of the model that is not there: its answers would
  /// be wrong.
  func refuseOthers(_ shape: ModelConfiguration) throws(LanguageModelError) {
    if shape.architecture == .llama { used.insert("rope_freqs.weight") }
    guard let other = file.tensors.first(where: { !used.contains($0.name) }) else { return }
    throw .unsupported(
      path: file.file.path, what: "the tensor \(other.name)",
      supported: "the usual ones of the architecture \(shape.architecture.rawValue)")
  }

  func matrix(_ name: String, rows: Int, columns: Int) throws(LanguageModelError) -> pk_matrix {
    packing.matrix([try tensor(name, rows: rows, columns: columns)])
  }

  func vector(_ name: String, count: Int) throws(LanguageModelError) -> UnsafePointer<Float> {
    let tensor = try tensor(name, rows: 1, columns: count)
    let out = packing.arena.allocate(Float.self, count: count)
    if let source = file.bytes(of: tensor).baseAddress {
      Dequantisation.dequantise(tensor.type, source, count: count, into: out)
    }
    return UnsafePointer(out)
  }

  /// Nil where the file may lack the tensor and does.
  func vector(
    _ name: String, count: Int, if isNeeded: Bool, mayHave: Bool = false
  ) throws(LanguageModelError) -> UnsafePointer<Float>? {
    guard isNeeded || mayHave && file.tensor(named: name) != nil else { return nil }
    return try vector(name, count: count)
  }

  func layer(
    _ index: Int, _ shape: ModelConfiguration
  ) throws(LanguageModelError) -> ModelWeights.Layer {
    let prefix = "blk.\(index)."
    var layer = ModelWeights.Layer()
    layer.projections = try projections(prefix, shape)
    layer.output = try matrix(
      prefix + "attn_output.weight", rows: shape.width, columns: shape.queryWidth)
    layer.gate = try matrix(
      prefix + "ffn_gate.weight", rows: shape.feedForwardWidth, columns: shape.width)
    layer.up = try matrix(
      prefix + "ffn_up.weight", rows: shape.feedForwardWidth, columns: shape.width)
    layer.down = try matrix(
      prefix + "ffn_down.weight", rows: shape.width, columns: shape.feedForwardWidth)
    layer.attentionNorm = try vector(prefix + "attn_norm.weight", count: shape.width)
    layer.feedForwardNorm = try vector(prefix + "ffn_norm.weight", count: shape.width)
    try addSmallParts(to: &layer, prefix, shape)
    layer.quantisesAttentionInput = layer.projections.contains {
      pk_panel_is_quantised($0.matrix.kind) != 0
    }
    layer.quantisesFeedForwardInput =
      pk_panel_is_quantised(layer.gate.kind) != 0 || pk_panel_is_quantised(layer.up.kind) != 0
    return layer
  }

  /// What some architectures have and others have not.
  private func addSmallParts(
    to layer: inout ModelWeights.Layer, _ prefix: String, _ shape: ModelConfiguration
  ) throws(LanguageModelError) {
    let (kind, width) = (shape.architecture, shape.width)
    layer.postAttentionNorm = try vector(
      prefix + "post_attention_norm.weight", count: width, if: kind.hasPostNorms)
    layer.postFeedForwardNorm = try vector(
      prefix + "post_ffw_norm.weight", count: width, if: kind.hasPostNorms)
    layer.queryNorm = try vector(
      prefix + "attn_q_norm.weight", count: shape.headWidth, if: kind.hasHeadNorms)
    layer.keyNorm = try vector(
      prefix + "attn_k_norm.weight", count: shape.headWidth, if: kind.hasHeadNorms)
    let (needed, possible) = (kind.hasProjectionBiases, kind == .llama)
    layer.queryBias = try vector(
      prefix + "attn_q.bias", count: shape.queryWidth, if: needed, mayHave: possible)
    layer.keyBias = try vector(
      prefix + "attn_k.bias", count: shape.keyWidth, if: needed, mayHave: possible)
    layer.valueBias = try vector(
      prefix + "attn_v.bias", count: shape.keyWidth, if: needed, mayHave: possible)
  }

  private func projections(
    _ prefix: String, _ shape: ModelConfiguration
  ) throws(LanguageModelError) -> [ModelWeights.Projection] {
    let parts = [
      try tensor(prefix + "attn_q.weight", rows: shape.queryWidth, columns: shape.width),
      try tensor(prefix + "attn_k.weight", rows: shape.keyWidth, columns: shape.width),
      try tensor(prefix + "attn_v.weight", rows: shape.keyWidth, columns: shape.width),
    ]
    if PanelPacking.share(parts) { return [.init(matrix: packing.matrix(parts), offset: 0)] }
    let offsets = [0, shape.queryWidth, shape.queryWidth + shape.keyWidth]
    return zip(parts, offsets).map { .init(matrix: packing.matrix([$0]), offset: $1) }
  }
}
