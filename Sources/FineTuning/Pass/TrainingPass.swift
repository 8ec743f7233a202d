import CKernels
package import Kernels
import LanguageModel

/// Forward and backward passes of a decoder: of a LoRA adapter beside a frozen model, or of all of a
/// model's values.
///
/// A step of a layer is a parallel region; every sum is made in an order that the number of
/// threads does not change, so results are the same bits with any. Not for two threads at a time.
package final class TrainingPass {
  typealias Floats = UnsafeMutablePointer<Float>

  private let base: FrozenModel
  private var trained: FrozenModel
  let shape: ModelConfiguration
  let parameters: (any TrainedParameters)?
  private let trainedPairs: [AdapterPlace: AdapterParameters.Pair]
  /// Whether what is trained is left out, for what preferences are compared with. Only for
  /// ``losses(_:)``.
  var isReference = false
  /// What takes its place then, with the same shapes; nil for the bare model.
  var reference: (any TrainedParameters)?
  var model: FrozenModel { isReference ? base : trained }
  var pairs: [AdapterPlace: AdapterParameters.Pair] {
    isReference ? reference?.pairs ?? [:] : trainedPairs
  }
  let buffers: PassBuffers
  let team: ThreadTeam
  let control: PassControl
  /// Whether products with the base model's matrices are made with 16-bit integers.
  let usesIntegers: Bool
  /// Positions' cosines, sines and negated sines, of layers that see everything and of windowed
  /// ones.
  let rope, windowRope: Rotation
  private let arena = Arena()

  struct Rotation {
    let table: RopeTable
    /// For the way back: a rotation by the negative angle.
    let negatedSines: UnsafeMutablePointer<Float>
  }

  /// - Parameters:
  ///   - parameters: What is trained; nil for the bare model, which can only be scored.
  ///   - capacity: Rows of a batch, and positions of a sequence.
  ///   - usesIntegers: Products with the base's matrices in 16-bit integers with scales, which err
  ///     by some 1e-4 of a result; by default where they are faster.
  package init(
    _ model: FrozenModel, training parameters: (any TrainedParameters)?, capacity: Int,
    team: ThreadTeam, usesIntegers: Bool? = nil, control: PassControl = PassControl()
  ) {
    base = model
    trained = parameters?.model(over: model) ?? model
    shape = model.shape
    self.parameters = parameters
    trainedPairs = parameters?.pairs ?? [:]
    self.team = team
    self.control = control
    self.usesIntegers = usesIntegers ?? (pk_has_fast_integers() != 0)
    var strides: [AdapterModule: Int] = [:]
    for pair in trainedPairs.values { strides[pair.place.module] = pair.stride }
    buffers = PassBuffers(
      model.shape, strides: strides, capacity: capacity, threads: team.threadCount)
    rope = Self.rotation(shape, shape.rope, capacity, arena)
    windowRope =
      shape.window == 0 ? rope : Self.rotation(shape, shape.windowRope, capacity, arena)
  }

  /// Computes with another model of the same shape in place of what is trained.
  func withModel<Result>(_ other: FrozenModel, _ body: () throws -> Result) rethrows -> Result {
    let model = trained
    trained = other
    defer { trained = model }
    return try body()
  }

  private static func rotation(
    _ shape: ModelConfiguration, _ rope: RopeConfiguration, _ positions: Int, _ arena: Arena
  ) -> Rotation {
    let table = RopeTable(
      positions: positions, rotated: shape.rotated, rope: rope, arena: arena)
    let count = positions * shape.rotated / 2
    let negated = arena.allocate(Float.self, count: count)
    for index in 0..<count { negated[index] = -table.sines[index] }
    return Rotation(table: table, negatedSines: negated)
  }

  /// Rows of a batch.
  var capacity: Int { buffers.capacity }

  package var byteCount: Int { buffers.byteCount + arena.byteCount }

  /// The negative log likelihood of each of a batch's targets, [target].
  ///
  /// - Throws: `CancellationError`.
  package func losses(_ batch: PackedBatch) throws -> [Float] {
    try forward(batch)
    return try headPass(batch, weights: nil)
  }

  /// Forward and backward: adds the gradient of Σ scale·weight·loss to that of what is trained.
  ///
  /// - Returns: the negative log likelihood of each target.
  /// - Throws: `CancellationError`; gradients are then undefined.
  package func accumulate(_ batch: PackedBatch, scale: Float) throws -> [Float] {
    try forward(batch)
    let losses = try headPass(batch, weights: batch.targets.map { $0.weight * scale })
    try backward(batch)
    return losses
  }

  /// Forward and backward of a loss that is known only after the forward pass.
  ///
  /// - Parameter derivative: gets the negative log likelihood of each target and returns the
  ///   derivative of the loss by each.
  package func accumulate(
    _ batch: PackedBatch, derivative: ([Float]) -> [Float]
  ) throws -> [Float] {
    try forward(batch)
    let losses = try headPass(batch, weights: nil)
    _ = try headPass(batch, weights: derivative(losses))
    try backward(batch)
    return losses
  }

  // MARK: Forward

  private func forward(_ batch: PackedBatch) throws {
    let rows = batch.tokens.count
    precondition(rows <= buffers.capacity)
    embed(batch)
    for index in model.layers.indices { try forward(layer: index, batch, rows) }
  }

  private func embed(_ batch: PackedBatch) {
    let width = shape.width
    let scale = embeddingScale
    for (row, token) in batch.tokens.enumerated() {
      let out = buffers.stream + row * width
      model.embedding.unpack(rows: Int(token), count: 1, into: out)
      if scale != 1 { pk_scale(out, scale, width) }
    }
  }

  var embeddingScale: Float {
    shape.architecture.scalesEmbeddings ? Float(shape.width).squareRoot() : 1
  }

  private func forward(layer index: Int, _ batch: PackedBatch, _ rows: Int) throws {
    let layer = model.layers[index]
    let record = buffers.records[index]
    let (width, wide) = (shape.width, shape.feedForwardWidth)
    record.input.update(from: buffers.stream, count: rows * width)
    normalise(record.input, layer.attentionNorm, rows)
    let stride = shape.queryWidth + 2 * shape.keyWidth
    try multiply(
      [
        (linear(index, .query), record.projected, stride),
        (linear(index, .key), record.projected + shape.queryWidth, stride),
        (linear(index, .value), record.projected + shape.queryWidth + shape.keyWidth, stride),
      ], buffers.normalised, stride: width, rows: rows)
    addBiases(layer, record, rows)
    rotateHeads(index, batch)
    try attend(index, batch)
    try multiply(
      [(linear(index, .output), buffers.added, width)], record.attended, stride: shape.queryWidth,
      rows: rows)
    addResult(
      layer.postAttentionNorm, record.attentionResult, into: record.middle, from: record.input,
      rows)
    normalise(record.middle, layer.feedForwardNorm, rows)
    try multiply(
      [(linear(index, .gate), record.gate, wide), (linear(index, .up), record.up, wide)],
      buffers.normalised, stride: width, rows: rows)
    team.run(rows, by: 16) { range, _ in
      let first = range.lowerBound * wide
      pk_gate_forward(
        gateKind, record.gate + first, record.up + first, buffers.gated + first,
        range.count * wide)
    }
    try multiply(
      [(linear(index, .down), buffers.added, width)], buffers.gated, stride: wide, rows: rows)
    addResult(
      layer.postFeedForwardNorm, record.feedForwardResult, into: buffers.stream,
      from: record.middle, rows)
  }

  var gateKind: pk_gate { shape.architecture.gatesWithGELU ? PK_GELU_TANH : PK_SILU }

  /// normalised = norm(x).
  func normalise(_ x: Floats, _ weight: Floats, _ rows: Int) {
    let width = shape.width
    team.run(rows, by: 16) { range, _ in
      for row in range {
        pk_rms_norm(
          x + row * width, weight, shape.normEpsilon, buffers.normalised + row * width, width)
      }
    }
  }

  /// out = from + added, normalised first where the architecture does so.
  private func addResult(
    _ norm: Floats?, _ kept: Floats?, into out: Floats, from: Floats, _ rows: Int
  ) {
    let width = shape.width
    team.run(rows, by: 16) { range, _ in
      for row in range {
        let (place, added) = (out + row * width, buffers.added + row * width)
        if let norm, let kept {
          (kept + row * width).update(from: added, count: width)
          pk_rms_norm(added, norm, shape.normEpsilon, added, width)
        }
        place.update(from: from + row * width, count: width)
        pk_add(place, added, width)
      }
    }
  }

  private func addBiases(_ layer: FrozenModel.Layer, _ record: PassBuffers.Record, _ rows: Int) {
    let stride = shape.queryWidth + 2 * shape.keyWidth
    for (bias, offset, width) in biases(of: layer) {
      guard let bias else { continue }
      for row in 0..<rows { pk_add(record.projected + row * stride + offset, bias, width) }
    }
  }

  /// With the place of what they are added to in a row of projections.
  func biases(of layer: FrozenModel.Layer) -> [(bias: Floats?, offset: Int, width: Int)] {
    [
      (layer.queryBias, 0, shape.queryWidth), (layer.keyBias, shape.queryWidth, shape.keyWidth),
      (layer.valueBias, shape.queryWidth + shape.keyWidth, shape.keyWidth),
    ]
  }

  // MARK: Backward

  private func backward(_ batch: PackedBatch) throws {
    let rows = batch.tokens.count
    scatterHeadGradient(batch)
    for index in model.layers.indices.reversed() { try backward(layer: index, batch, rows) }
    addEmbeddingGradient(batch)
  }

  private func backward(layer index: Int, _ batch: PackedBatch, _ rows: Int) throws {
    let layer = model.layers[index]
    let record = buffers.records[index]
    let (width, wide) = (shape.width, shape.feedForwardWidth)
    resultGradient(layer.postFeedForwardNorm, record.feedForwardResult, rows)
    let down = [
      Backward(
        layer: linear(index, .down), gradient: buffers.added, gradientStride: width,
        input: buffers.gated, inputStride: wide)
    ]
    try multiplyBack(down, into: buffers.gatedGradient, stride: wide, rows: rows)
    team.run(rows, by: 16) { range, _ in
      let first = range.lowerBound * wide
      pk_gate_backward(
        gateKind, record.gate + first, record.up + first, buffers.gatedGradient + first,
        buffers.gateGradient + first, buffers.upGradient + first, buffers.gated + first,
        range.count * wide)
    }
    try addGradients(down, rows: rows)
    normalise(record.middle, layer.feedForwardNorm, rows)
    let gates = [
      (AdapterModule.gate, buffers.gateGradient), (.up, buffers.upGradient),
    ].map { module, gradient in
      Backward(
        layer: linear(index, module), gradient: gradient, gradientStride: wide,
        input: buffers.normalised, inputStride: width)
    }
    try multiplyBack(gates, into: buffers.normGradient, stride: width, rows: rows)
    try addGradients(gates, rows: rows)
    addNormGradient(record.middle, layer.feedForwardNorm, rows)

    resultGradient(layer.postAttentionNorm, record.attentionResult, rows)
    let output = [
      Backward(
        layer: linear(index, .output), gradient: buffers.added, gradientStride: width,
        input: record.attended, inputStride: shape.queryWidth)
    ]
    try multiplyBack(
      output, into: buffers.attendedGradient, stride: shape.queryWidth, rows: rows)
    try addGradients(output, rows: rows)
    rotateHeads(index, batch)
    try attendBack(index, batch)
    rotateGradientsBack(index, batch)
    addBiasGradients(layer, rows)
    normalise(record.input, layer.attentionNorm, rows)
    let projections = [
      (AdapterModule.query, 0), (.key, shape.queryWidth),
      (.value, shape.queryWidth + shape.keyWidth),
    ].map { module, offset in
      Backward(
        layer: linear(index, module), gradient: buffers.projectedGradient + offset,
        gradientStride: shape.queryWidth + 2 * shape.keyWidth, input: buffers.normalised,
        inputStride: width)
    }
    // Below the first layer there is the embedding alone.
    let goesOn = index > 0 || gradient(of: model.embedding.bytes) != nil
    try multiplyBack(
      projections, into: goesOn ? buffers.normGradient : nil, stride: width, rows: rows)
    try addGradients(projections, rows: rows)
    if goesOn { addNormGradient(record.input, layer.attentionNorm, rows) }
  }

  /// The gradient of what a part of a layer gave, in `added`.
  private func resultGradient(_ norm: Floats?, _ kept: Floats?, _ rows: Int) {
    let width = shape.width
    if let norm, let kept {
      addGradient(ofNorm: norm, kept, buffers.streamGradient, width: width, rows: rows)
    }
    team.run(rows, by: 16) { range, _ in
      for row in range {
        let (gradient, out) = (buffers.streamGradient + row * width, buffers.added + row * width)
        guard let norm, let kept else {
          out.update(from: gradient, count: width)
          continue
        }
        out.update(repeating: 0, count: width)
        pk_rms_norm_backward(kept + row * width, norm, shape.normEpsilon, gradient, out, width)
      }
    }
  }

  /// streamGradient += the way back through a norm of `x`, from `normGradient`.
  private func addNormGradient(_ x: Floats, _ weight: Floats, _ rows: Int) {
    let width = shape.width
    addGradient(ofNorm: weight, x, buffers.normGradient, width: width, rows: rows)
    team.run(rows, by: 16) { range, _ in
      for row in range {
        pk_rms_norm_backward(
          x + row * width, weight, shape.normEpsilon, buffers.normGradient + row * width,
          buffers.streamGradient + row * width, width)
      }
    }
  }
}
