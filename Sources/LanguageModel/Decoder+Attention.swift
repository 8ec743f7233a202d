import CKernels
import Kernels

extension Decoder {
  /// What the tokens of a run see.
  enum View {
    case segments(UnsafeBufferPointer<Segment>)
    case branches(UnsafeBufferPointer<pk_branch_row>, shared: Int)
  }

  /// Attention of a layer, into `state.attended`.
  func attend(
    _ layer: ModelWeights.Layer, _ changed: LowRankAdapter.Layer?, _ index: Int, _ tokens: Int,
    _ view: View
  ) {
    project(layer, changed, tokens)
    switch view {
    case .segments(let segments):
      var first = 0
      for segment in segments {
        attend(layer, index, segment, first: first)
        first += segment.count
      }
    case .branches(let rows, let shared): attend(layer, index, rows, shared: shared)
    }
    if pk_panel_is_quantised(layer.output.kind) != 0 {
      var task = pk_quantise_task(rows: state.attended, tokens: tokens, tokens_per_chunk: 8)
      team.run(chunks: (tokens + 7) / 8, context: &task, pk_quantise_chunk)
    }
  }

  /// - Parameter first: the segment's first row.
  private func attend(
    _ layer: ModelWeights.Layer, _ index: Int, _ segment: Segment, first: Int
  ) {
    let tokens = segment.count
    let queries = state.queries + first * shape.queryWidth
    takeApart(
      layer, index, into: state.caches[index], first: first, tokens: tokens,
      position: segment.position, rows: nil)
    var attention = pk_attention_task(
      cache: state.caches[index], queries: queries,
      out: state.attended.x + first * shape.queryWidth,
      out_stride: shape.queryWidth, tokens: tokens, position: segment.position,
      group: shape.heads / shape.keyValueHeads,
      window: shape.isWindowed(index) ? shape.window : 0, scale: shape.attentionScale,
      cap: shape.scoreCap,
      tokens_per_chunk: RunState.attentionTokens, scratch: state.scratch,
      scratch_stride: state.scratchStride)
    team.run(chunks: pk_attention_chunks(&attention), context: &attention, pk_attention_chunk)
  }

  private func attend(
    _ layer: ModelWeights.Layer, _ index: Int, _ rows: UnsafeBufferPointer<pk_branch_row>,
    shared: Int
  ) {
    takeApart(
      layer, index, into: branches.caches[index], first: 0, tokens: rows.count, position: 0,
      rows: rows.baseAddress)
    var attention = pk_branch_attention_task(
      prefix: state.caches[index], tails: branches.caches[index], shared: shared,
      rows: rows.baseAddress, queries: state.queries, out: state.attended.x,
      out_stride: shape.queryWidth, tokens: rows.count,
      group: shape.heads / shape.keyValueHeads,
      window: shape.isWindowed(index) ? shape.window : 0, scale: shape.attentionScale,
      cap: shape.scoreCap,
      tokens_per_chunk: RunState.attentionTokens, scratch: state.scratch,
      scratch_stride: state.scratchStride)
    team.run(
      chunks: pk_branch_attention_chunks(&attention), context: &attention,
      pk_branch_attention_chunk)
  }

  /// Makes queries of the projections, and puts keys and values into a cache.
  private func takeApart(
    _ layer: ModelWeights.Layer, _ index: Int, into cache: pk_cache, first: Int, tokens: Int,
    position: Int, rows: UnsafePointer<pk_branch_row>?
  ) {
    let stride = shape.queryWidth + 2 * shape.keyWidth
    let rope = shape.isWindowed(index) ? state.windowRope : state.rope
    var heads = pk_heads_task(
      projected: state.projected + first * stride, stride: stride, key_offset: shape.queryWidth,
      value_offset: shape.queryWidth + shape.keyWidth, query_bias: layer.queryBias,
      key_bias: layer.keyBias, value_bias: layer.valueBias, query_norm: layer.queryNorm,
      key_norm: layer.keyNorm, epsilon: shape.normEpsilon, query_heads: shape.heads,
      cache: cache, queries: state.queries + first * shape.queryWidth, tokens: tokens,
      position: position, rows: rows, cosines: rope.cosines, sines: rope.sines,
      rotated: shape.isRotated(index) ? shape.rotated : 0,
      halves: shape.architecture.rotatesHalves ? 1 : 0,
      tokens_per_chunk: 8)
    team.run(chunks: (tokens + 7) / 8, context: &heads, pk_heads_chunk)
  }

  /// Queries, keys and values.
  private func project(
    _ layer: ModelWeights.Layer, _ changed: LowRankAdapter.Layer?, _ tokens: Int
  ) {
    let stride = shape.queryWidth + 2 * shape.keyWidth
    guard layer.projections.count > 1 else {
      multiply(
        layer.projections[0].matrix, state.normalised, tokens, into: state.projected,
        stride: stride,
        Placed(changed?.query),
        Placed(changed?.key, firstPanel: pk_panel_count(shape.queryWidth)),
        Placed(
          changed?.value,
          firstPanel: pk_panel_count(shape.queryWidth) + pk_panel_count(shape.keyWidth)))
      return
    }
    let updates = (changed?.query, changed?.key, changed?.value)
    for (index, projection) in layer.projections.enumerated() {
      let own = index == 0 ? updates.0 : index == 1 ? updates.1 : updates.2
      multiply(
        projection.matrix, state.normalised, tokens, into: state.projected + projection.offset,
        stride: stride, Placed(own))
    }
  }
}
