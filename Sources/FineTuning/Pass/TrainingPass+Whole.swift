import CKernels
import LanguageModel

/// Gradients of what an adapter leaves as it is: the embedding, the output matrix, norms and
/// biases. Nothing happens where they are not trained.
extension TrainingPass {
  func gradient(of values: UnsafeRawPointer) -> Floats? { parameters?.gradient(of: values) }

  /// Of a norm's weights: Σ x/rms(x)·dy over the rows.
  func addGradient(
    ofNorm weight: Floats, _ x: Floats, _ gradient: Floats, width: Int, rows: Int
  ) {
    guard let out = self.gradient(of: weight) else { return }
    for row in 0..<rows {
      pk_rms_norm_weight_gradient(
        x + row * width, shape.normEpsilon, gradient + row * width, out, width)
    }
  }

  /// Of the norms of queries or keys, which all heads share; `gradient` is that of their results.
  func addGradient(
    ofHeadNorm weight: Floats?, _ projected: Floats, _ gradient: Floats, heads: Int, rows: Int
  ) {
    guard let weight, let out = self.gradient(of: weight) else { return }
    let (width, stride) = (shape.headWidth, shape.queryWidth + 2 * shape.keyWidth)
    for row in 0..<rows {
      for head in 0..<heads {
        pk_rms_norm_weight_gradient(
          projected + row * stride + head * width, shape.normEpsilon,
          gradient + (row * heads + head) * width, out, width)
      }
    }
  }

  func addBiasGradients(_ layer: FrozenModel.Layer, _ rows: Int) {
    let stride = shape.queryWidth + 2 * shape.keyWidth
    for (bias, offset, width) in biases(of: layer) {
      guard let bias, let out = gradient(of: bias) else { continue }
      for row in 0..<rows {
        pk_add(out, buffers.projectedGradient + row * stride + offset, width)
      }
    }
  }

  /// Of the output matrix, from the logits' gradients of the targets `range`.
  func addHeadGradient(_ range: Range<Int>) {
    guard let out = gradient(of: model.head.bytes) else { return }
    let width = shape.width
    add(
      [
        OuterSum(
          a: buffers.logits, aStride: buffers.logitStride, aCount: shape.vocabulary,
          b: buffers.headInput + range.lowerBound * width, bStride: width, bCount: width, out: out)
      ], rows: range.count)
  }

  func addOutputNormGradient(_ batch: PackedBatch) {
    guard let out = gradient(of: model.outputNorm) else { return }
    let width = shape.width
    for (place, target) in batch.targets.enumerated() {
      pk_rms_norm_weight_gradient(
        buffers.stream + target.row * width, shape.normEpsilon,
        buffers.headGradient + place * width, out, width)
    }
  }

  /// Of the embedding: each row's stream gradient goes to its token. Columns are shared out, since
  /// rows may share a token.
  func addEmbeddingGradient(_ batch: PackedBatch) {
    guard let out = gradient(of: model.embedding.bytes) else { return }
    let width = shape.width
    let scale = embeddingScale
    if scale != 1 { pk_scale(buffers.streamGradient, scale, batch.tokens.count * width) }
    team.run(width, by: 64) { columns, _ in
      for (row, token) in batch.tokens.enumerated() {
        pk_add(
          out + Int(token) * width + columns.lowerBound,
          buffers.streamGradient + row * width + columns.lowerBound, columns.count)
      }
    }
  }
}
