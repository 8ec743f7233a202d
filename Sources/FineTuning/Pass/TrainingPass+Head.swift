import CKernels
import LanguageModel

/// The output matrix and the loss, for the rows alone whose next token is to be predicted.
extension TrainingPass {
  /// Losses of the targets; with weights the gradient of the stream's rows as well, in
  /// `headGradient`.
  func headPass(_ batch: PackedBatch, weights: [Float]?) throws -> [Float] {
    let targets = batch.targets
    let width = shape.width
    team.run(targets.count, by: 16) { range, _ in
      for place in range {
        pk_rms_norm(
          buffers.stream + targets[place].row * width, model.outputNorm, shape.normEpsilon,
          buffers.headInput + place * width, width)
      }
    }
    var losses = [Float](repeating: 0, count: targets.count)
    for first in stride(from: 0, to: targets.count, by: buffers.logitRows) {
      let range = first..<min(targets.count, first + buffers.logitRows)
      try control.check()
      headForward(range)
      losses.withUnsafeMutableBufferPointer { losses in
        // Rows write apart.
        nonisolated(unsafe) let losses = losses
        team.run(range.count, by: 4) { rows, _ in
          for row in rows {
            let place = first + row
            losses[place] = pk_cross_entropy(
              buffers.logits + row * buffers.logitStride, shape.vocabulary, targets[place].token,
              weights?[place] ?? 0)
            // A row without weight has no gradient; its logits are still there.
            if let weights, weights[place] == 0 {
              (buffers.logits + row * buffers.logitStride).update(
                repeating: 0, count: shape.vocabulary)
            }
          }
        }
      }
      if weights != nil {
        addHeadGradient(range)
        try headBackward(range)
      }
    }
    return losses
  }

  private func headForward(_ range: Range<Int>) {
    let width = shape.width
    let input = buffers.headInput + range.lowerBound * width
    let filled = PassBuffers.filledUp(width)
    if usesIntegers {
      team.run(range.count, by: 32) { rows, _ in
        pk_quantise_rows(
          input + rows.lowerBound * width, width, rows.count, width,
          buffers.codes + rows.lowerBound * filled, filled,
          buffers.codeScales + rows.lowerBound * filled / 32)
      }
    }
    team.run(shape.vocabulary, by: 32) { rows, thread in
      multiplyPanel(
        model.head, rows.lowerBound, rows.count, input, width, rows: range.count,
        into: buffers.logits + rows.lowerBound, buffers.logitStride, pk_narrow_product(), thread)
    }
  }

  private func headBackward(_ range: Range<Int>) throws {
    try control.check()
    let filled = PassBuffers.filledUp(shape.vocabulary)
    if usesIntegers {
      team.run(range.count, by: 4) { rows, _ in
        let logits = buffers.logits + rows.lowerBound * buffers.logitStride
        for row in 0..<rows.count {
          for place in shape.vocabulary..<filled { logits[row * buffers.logitStride + place] = 0 }
        }
        pk_quantise_rows(
          logits, buffers.logitStride, rows.count, filled,
          buffers.codes + rows.lowerBound * filled, filled,
          buffers.codeScales + rows.lowerBound * filled / 32)
      }
    }
    team.run(shape.width, by: model.head.stripWidth) { strip, thread in
      multiplyStrip(
        model.head, strip, buffers.logits, buffers.logitStride, 0, rows: range.count,
        into: buffers.headGradient + range.lowerBound * shape.width, shape.width, adding: false,
        pk_narrow_product(), thread)
    }
  }

  /// The gradient of the stream behind the last layer: zero but for the targets' rows.
  func scatterHeadGradient(_ batch: PackedBatch) {
    let width = shape.width
    addOutputNormGradient(batch)
    buffers.streamGradient.update(repeating: 0, count: batch.tokens.count * width)
    for (place, target) in batch.targets.enumerated() {
      pk_rms_norm_backward(
        buffers.stream + target.row * width, model.outputNorm, shape.normEpsilon,
        buffers.headGradient + place * width, buffers.streamGradient + target.row * width, width)
    }
  }
}
