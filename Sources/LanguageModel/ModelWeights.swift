import CKernels
import Kernels
import ModelFormats

/// A decoder's weights in the layout of the kernels.
///
/// `@unchecked`: the memory belongs to `arenas`, and nothing is written after `init`.
final class ModelWeights: @unchecked Sendable {
  /// The rows of one layer's matrices; norms and biases are nil if the architecture has none.
  struct Layer {
    /// Queries, keys and values, in as few matrices as their types allow.
    var projections: [Projection] = []
    var output = pk_matrix()
    var gate = pk_matrix()
    var up = pk_matrix()
    var down = pk_matrix()
    var attentionNorm: UnsafePointer<Float>?
    var feedForwardNorm: UnsafePointer<Float>?
    /// The norms of the outputs of attention and feed-forward layer, before they are added (Gemma
    /// 3).
    var postAttentionNorm: UnsafePointer<Float>?
    var postFeedForwardNorm: UnsafePointer<Float>?
    var queryBias, keyBias, valueBias: UnsafePointer<Float>?
    var queryNorm, keyNorm: UnsafePointer<Float>?
    /// Whether the matrices that read the normalised stream need it in int16.
    var quantisesAttentionInput = false
    var quantisesFeedForwardInput = false

    /// Whether a matrix has fewer than 8 bits per weight; its input is then also available as
    /// integers.
    func isCoarse(_ module: AdapterModule) -> Bool {
      func isCoarse(_ matrix: pk_matrix) -> Bool {
        pk_panel_is_quantised(matrix.kind) != 0 && matrix.kind != PK_PANEL_S8
      }
      return switch module {
      case .query, .key, .value: projections.allSatisfy { isCoarse($0.matrix) }
      case .output: isCoarse(output)
      case .gate: isCoarse(gate)
      case .up: isCoarse(up)
      case .down: isCoarse(down)
      }
    }
  }

  /// A matrix, and the offset of its result in a token's queries, keys and values.
  struct Projection {
    var matrix: pk_matrix
    var offset: Int
  }

  let configuration: ModelConfiguration
  let layers: [Layer]
  /// One row per token.
  let embedding: pk_matrix
  /// The output matrix; the embedding itself if the file has no other.
  let head: pk_matrix
  let outputNorm: UnsafePointer<Float>
  private let arenas: [Arena]
  /// A layer's matrices are too small for huge pages of their own.
  private static let regionBytes = 32 << 20

  /// The size of the weights in bytes.
  var byteCount: Int { arenas.reduce(0) { $0 + $1.byteCount } }

  /// - Parameters:
  ///   - team: Shares the work of packing the weights into panels.
  ///   - work: Another long task, which one of the threads does meanwhile; it is skipped if the
  ///     file is rejected.
  convenience init(
    _ file: GGUFFile, team: ThreadTeam, beside work: () -> Void = {}
  ) throws(LanguageModelError) {
    let configuration = try ModelConfiguration(file)
    var asFloats: Set<String> = []
    var weights = try Plan(file, configuration, asFloats: asFloats)
    var unfit = weights.packing.run(on: team, beside: work)
    // Scales that do not fit are found only when they are read; hardly any file has one.
    while !unfit.isEmpty {
      asFloats.formUnion(unfit)
      weights = try Plan(file, configuration, asFloats: asFloats)
      unfit = weights.packing.run(on: team) {}
    }
    file.dropResidentPages()
    self.init(weights, configuration)
  }

  /// Rejects the files that `init` rejects, without reading the weights.
  static func check(_ file: GGUFFile) throws(LanguageModelError) {
    _ = try Plan(file, ModelConfiguration(file), asFloats: [], isDry: true)
  }

  private init(_ plan: Plan, _ configuration: ModelConfiguration) {
    self.configuration = configuration
    layers = plan.layers
    embedding = plan.embedding
    head = plan.head
    outputNorm = plan.outputNorm
    arenas = [plan.packing.arena, plan.vectors]
  }

  /// Where everything goes, before the panels are made.
  private struct Plan {
    let packing: PanelPacking
    let vectors: Arena
    let layers: [Layer]
    let embedding, head: pk_matrix
    let outputNorm: UnsafePointer<Float>

    init(
      _ file: GGUFFile, _ configuration: ModelConfiguration, asFloats: Set<String>,
      isDry: Bool = false
    ) throws(LanguageModelError) {
      packing = PanelPacking(
        file: file, arena: Arena(sharing: ModelWeights.regionBytes), asFloats: asFloats,
        isDry: isDry)
      // Norms are written now; in the shared region they would fault in pages that threads clear in
      // parallel later.
      vectors = Arena(sharing: 64 << 10)
      let reader = TensorReader(file: file, packing: packing, vectors: vectors)
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
    }
  }
}

/// Finds tensors by name and checks their shapes.
private final class TensorReader {
  let file: GGUFFile
  let packing: PanelPacking
  let vectors: Arena
  private var used: Set<String> = []

  init(file: GGUFFile, packing: PanelPacking, vectors: Arena) {
    self.file = file
    self.packing = packing
    self.vectors = vectors
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

  /// A tensor that nothing reads belongs to an unsupported part of the model: its answers would be
  /// wrong.
  func refuseOthers(_ shape: ModelConfiguration) throws(LanguageModelError) {
    if shape.architecture.mayHaveRopeFactors { used.insert("rope_freqs.weight") }
    if shape.architecture.mayHaveLongRope {
      used.formUnion(["rope_factors_long.weight", "rope_factors_short.weight"])
    }
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
    let out = vectors.allocate(Float.self, count: count)
    if !packing.isDry, let source = file.bytes(of: tensor).baseAddress {
      Dequantisation.dequantise(tensor.type, source, count: count, into: out)
    }
    return UnsafePointer(out)
  }

  /// Nil if the tensor is optional and the file lacks it.
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
    (layer.gate, layer.up) = try gateAndUp(prefix, shape)
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

  /// Parts that only some architectures have.
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
    let (needed, possible) = (kind.hasProjectionBiases, kind.mayHaveProjectionBiases)
    layer.queryBias = try vector(
      prefix + "attn_q.bias", count: shape.queryWidth, if: needed, mayHave: possible)
    layer.keyBias = try vector(
      prefix + "attn_k.bias", count: shape.keyWidth, if: needed, mayHave: possible)
    layer.valueBias = try vector(
      prefix + "attn_v.bias", count: shape.keyWidth, if: needed, mayHave: possible)
  }

  /// Where they are one matrix, the rows of the gate come first.
  private func gateAndUp(
    _ prefix: String, _ shape: ModelConfiguration
  ) throws(LanguageModelError) -> (pk_matrix, pk_matrix) {
    let (rows, columns) = (shape.feedForwardWidth, shape.width)
    guard shape.architecture.fusesMatrices else {
      return (
        try matrix(prefix + "ffn_gate.weight", rows: rows, columns: columns),
        try matrix(prefix + "ffn_up.weight", rows: rows, columns: columns)
      )
    }
    let both = try tensor(prefix + "ffn_up.weight", rows: 2 * rows, columns: columns)
    return (
      packing.matrix([both.rows(0..<rows)]), packing.matrix([both.rows(rows..<2 * rows)])
    )
  }

  private func projections(
    _ prefix: String, _ shape: ModelConfiguration
  ) throws(LanguageModelError) -> [ModelWeights.Projection] {
    if shape.architecture.fusesMatrices {
      // Heads are whole panels, so the parts lie as if they had been packed one by one.
      let rows = shape.queryWidth + 2 * shape.keyWidth
      let fused = try matrix(prefix + "attn_qkv.weight", rows: rows, columns: shape.width)
      return [.init(matrix: fused, offset: 0)]
    }
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
