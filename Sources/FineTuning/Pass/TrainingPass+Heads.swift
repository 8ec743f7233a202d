import CKernels
import LanguageModel

/// Norms and rotation of queries and keys.
extension TrainingPass {
  private func rotation(_ layer: Int) -> Rotation { shape.isWindowed(layer) ? windowRope : rope }

  /// Queries and keys of a layer as attention wants them, from its record.
  func rotateHeads(_ index: Int, _ batch: PackedBatch) {
    let layer = model.layers[index]
    let record = buffers.records[index]
    let table = rotation(index).table
    let stride = shape.queryWidth + 2 * shape.keyWidth
    let halves: Int32 = shape.architecture.rotatesHalves ? 1 : 0
    let (width, pairs) = (shape.headWidth, shape.rotated / 2)
    team.run(batch.tokens.count, by: 16) { range, _ in
      for row in range {
        let from = record.projected + row * stride
        let angles = batch.positions[row] * pairs
        let queries = buffers.queries + row * shape.queryWidth
        let keys = buffers.keys + row * shape.keyWidth
        queries.update(from: from, count: shape.queryWidth)
        keys.update(from: from + shape.queryWidth, count: shape.keyWidth)
        for head in 0..<shape.heads {
          let place = queries + head * width
          if let norm = layer.queryNorm {
            pk_rms_norm(place, norm, shape.normEpsilon, place, width)
          }
          pk_rope(
            place, table.cosines + angles, table.sines + angles, width, shape.rotated, halves)
        }
        for head in 0..<shape.keyValueHeads {
          let place = keys + head * width
          if let norm = layer.keyNorm { pk_rms_norm(place, norm, shape.normEpsilon, place, width) }
          pk_rope(
            place, table.cosines + angles, table.sines + angles, width, shape.rotated, halves)
        }
      }
    }
  }

  /// The gradients of rotated queries and keys become those of the projections.
  func rotateGradientsBack(_ index: Int, _ batch: PackedBatch) {
    let layer = model.layers[index]
    let record = buffers.records[index]
    let rotation = rotation(index)
    let stride = shape.queryWidth + 2 * shape.keyWidth
    let halves: Int32 = shape.architecture.rotatesHalves ? 1 : 0
    let (width, pairs) = (shape.headWidth, shape.rotated / 2)
    func back(_ gradient: Floats, _ x: Floats, _ norm: Floats?, _ angles: Int, into out: Floats) {
      pk_rope(
        gradient, rotation.table.cosines + angles, rotation.negatedSines + angles, width,
        shape.rotated, halves)
      guard let norm else { return out.update(from: gradient, count: width) }
      out.update(repeating: 0, count: width)
      pk_rms_norm_backward(x, norm, shape.normEpsilon, gradient, out, width)
    }
    team.run(batch.tokens.count, by: 16) { range, _ in
      for row in range {
        let (x, out) = (record.projected + row * stride, buffers.projectedGradient + row * stride)
        let angles = batch.positions[row] * pairs
        for head in 0..<shape.heads {
          back(
            buffers.queryGradient + row * shape.queryWidth + head * width, x + head * width,
            layer.queryNorm, angles, into: out + head * width)
        }
        for head in 0..<shape.keyValueHeads {
          let offset = shape.queryWidth + head * width
          back(
            buffers.keyGradient + row * shape.keyWidth + head * width, x + offset, layer.keyNorm,
            angles, into: out + offset)
        }
      }
    }
    addGradient(
      ofHeadNorm: layer.queryNorm, record.projected, buffers.queryGradient, heads: shape.heads,
      rows: batch.tokens.count)
    addGradient(
      ofHeadNorm: layer.keyNorm, record.projected + shape.queryWidth, buffers.keyGradient,
      heads: shape.keyValueHeads, rows: batch.tokens.count)
  }
}
