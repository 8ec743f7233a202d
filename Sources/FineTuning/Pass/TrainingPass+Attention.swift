import CKernels
import LanguageModel

/// Attention of each sequence to itself; a chunk is a sequence and a head of keys and values.
///
/// Scores of some queries with all their keys are there at once and computed again on the way back
/// (Dao et al. 2022, arXiv 2205.14135), where D is the product of output and its gradient.
extension TrainingPass {
  /// A chunk of work.
  private struct Part {
    let segment: Range<Int>
    /// Of keys and values.
    let head: Int
  }

  private func parts(_ batch: PackedBatch) -> [Part] {
    batch.segments.filter { !$0.isEmpty }.flatMap { segment in
      (0..<shape.keyValueHeads).map { Part(segment: segment, head: $0) }
    }
  }

  private var projectedStride: Int { shape.queryWidth + 2 * shape.keyWidth }

  /// The keys that queries `range` of a sequence see at most, from a panel's start on.
  private func keys(of range: Range<Int>, _ layer: Int) -> Range<Int> {
    let window = shape.isWindowed(layer) ? shape.window : 0
    let first = window > 0 ? max(0, range.lowerBound - window + 1) / 32 * 32 : 0
    return first..<range.upperBound
  }

  /// The keys that one query sees.
  private func seen(_ query: Int, _ layer: Int) -> Range<Int> {
    let window = shape.isWindowed(layer) ? shape.window : 0
    return (window > 0 ? max(0, query - window + 1) : 0)..<query + 1
  }

  /// Panels of 32 rows of keys or values, transposed.
  private func transpose(
    _ rows: Floats, _ stride: Int, _ count: Int, into panels: Floats
  ) {
    for first in Swift.stride(from: 0, to: count, by: 32) {
      pk_transpose_panel(
        rows + first * stride, stride, min(32, count - first), shape.headWidth,
        panels + first * shape.headWidth)
    }
  }

  private func blocks(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: PassBuffers.attentionRows).map {
      $0..<min(count, $0 + PassBuffers.attentionRows)
    }
  }

  func attend(_ index: Int, _ batch: PackedBatch) throws {
    try control.check()
    let parts = parts(batch)
    team.run(chunks: parts.count) { chunk, thread in attend(index, parts[chunk], thread) }
  }

  private func attend(_ index: Int, _ part: Part, _ thread: Int) {
    let record = buffers.records[index]
    let scratch = buffers.scratch[thread]
    let (width, group) = (shape.headWidth, shape.heads / shape.keyValueHeads)
    let first = part.segment.lowerBound
    let keys = buffers.keys + first * shape.keyWidth + part.head * width
    let values =
      record.projected + first * projectedStride + shape.queryWidth + shape.keyWidth
      + part.head * width
    transpose(keys, shape.keyWidth, part.segment.count, into: scratch.keys)
    for block in blocks(part.segment.count) {
      let seenKeys = self.keys(of: block, index)
      let columns = (seenKeys.count + 15) / 16 * 16
      for head in part.head * group..<(part.head + 1) * group {
        let row = first + block.lowerBound
        let queries = buffers.queries + row * shape.queryWidth + head * width
        product(
          queries, shape.queryWidth, 1, scratch.keys + seenKeys.lowerBound * width, 32, 32 * width,
          into: scratch.scores, columns, rows: block.count, columns: columns, inner: width,
          adding: false)
        for query in block {
          let seen = seen(query, index)
          record.logSums[(first + query) * shape.heads + head] = pk_attention_row(
            scratch.scores + (query - block.lowerBound) * columns,
            seen.lowerBound - seenKeys.lowerBound, seen.upperBound - seenKeys.lowerBound, columns,
            shape.attentionScale)
        }
        product(
          scratch.scores, columns, 1, values + seenKeys.lowerBound * projectedStride,
          projectedStride, 32, into: record.attended + row * shape.queryWidth + head * width,
          shape.queryWidth, rows: block.count, columns: width, inner: seenKeys.count,
          adding: false)
      }
    }
  }

  func attendBack(_ index: Int, _ batch: PackedBatch) throws {
    try control.check()
    let parts = parts(batch)
    team.run(chunks: parts.count) { chunk, thread in attendBack(index, parts[chunk], thread) }
  }

  private func attendBack(_ index: Int, _ part: Part, _ thread: Int) {
    let record = buffers.records[index]
    let scratch = buffers.scratch[thread]
    let (width, group) = (shape.headWidth, shape.heads / shape.keyValueHeads)
    let (first, count) = (part.segment.lowerBound, part.segment.count)
    let keys = buffers.keys + first * shape.keyWidth + part.head * width
    let valueOffset = shape.queryWidth + shape.keyWidth + part.head * width
    let values = record.projected + first * projectedStride + valueOffset
    let keyGradient = buffers.keyGradient + first * shape.keyWidth + part.head * width
    let valueGradient = buffers.projectedGradient + first * projectedStride + valueOffset
    transpose(keys, shape.keyWidth, count, into: scratch.keys)
    transpose(values, projectedStride, count, into: scratch.values)
    for row in 0..<count {
      (keyGradient + row * shape.keyWidth).update(repeating: 0, count: width)
      (valueGradient + row * projectedStride).update(repeating: 0, count: width)
    }
    for block in blocks(count) {
      let seenKeys = self.keys(of: block, index)
      let columns = (seenKeys.count + 15) / 16 * 16
      for head in part.head * group..<(part.head + 1) * group {
        let place = (first + block.lowerBound) * shape.queryWidth + head * width
        let queries = buffers.queries + place
        let gradient = buffers.attendedGradient + place
        product(
          queries, shape.queryWidth, 1, scratch.keys + seenKeys.lowerBound * width, 32, 32 * width,
          into: scratch.scores, columns, rows: block.count, columns: columns, inner: width,
          adding: false)
        product(
          gradient, shape.queryWidth, 1, scratch.values + seenKeys.lowerBound * width, 32,
          32 * width, into: scratch.gradients, columns, rows: block.count, columns: columns,
          inner: width, adding: false)
        for query in block {
          let seen = seen(query, index)
          let row = query - block.lowerBound
          pk_attention_row_backward(
            scratch.scores + row * columns, scratch.gradients + row * columns,
            seen.lowerBound - seenKeys.lowerBound, seen.upperBound - seenKeys.lowerBound, columns,
            shape.attentionScale, record.logSums[(first + query) * shape.heads + head],
            pk_dot(
              gradient + row * shape.queryWidth, record.attended + place + row * shape.queryWidth,
              width))
        }
        product(
          scratch.gradients, columns, 1, keys + seenKeys.lowerBound * shape.keyWidth,
          shape.keyWidth, 32, into: buffers.queryGradient + place, shape.queryWidth,
          rows: block.count, columns: width, inner: seenKeys.count, adding: false)
        product(
          scratch.gradients, 1, columns, queries, shape.queryWidth, 32,
          into: keyGradient + seenKeys.lowerBound * shape.keyWidth, shape.keyWidth,
          rows: seenKeys.count, columns: width, inner: block.count, adding: true)
        product(
          scratch.scores, 1, columns, gradient, shape.queryWidth, 32,
          into: valueGradient + seenKeys.lowerBound * projectedStride, projectedStride,
          rows: seenKeys.count, columns: width, inner: block.count, adding: true)
      }
    }
  }
}
