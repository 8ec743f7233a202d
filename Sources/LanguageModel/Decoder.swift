import CKernels
import Foundation
import Kernels
import Synchronization

/// The forward pass of a decoder-only transformer: token by token or many at once, over one cache.
///
/// It allocates nothing while it runs. Only one thread may use it at a time.
final class Decoder {
  let weights: ModelWeights
  let state: RunState
  let team: ThreadTeam
  let shape: ModelConfiguration
  /// Where texts that share their beginning go on.
  let branches: BranchCaches
  /// The adapter beside the weights. A cache is valid only for the adapter that it was filled with.
  var adapter: AdapterUse? {
    didSet { if let adapter { state.reserve(rank: adapter.adapter.rank) } }
  }

  init(weights: ModelWeights, context: Int, team: ThreadTeam) {
    self.weights = weights
    self.team = team
    shape = weights.configuration
    state = RunState(weights.configuration, context: context, threads: team.threadCount)
    branches = BranchCaches(state.caches)
  }

  /// Consecutive tokens of a run.
  struct Segment {
    let count: Int
    /// The position of the first token.
    let position: Int
  }

  /// Puts tokens into the cache.
  ///
  /// - Parameters:
  ///   - tokens: at most `RunState.batch`, all below the vocabulary's size.
  ///   - position: that of the first token; all tokens have to fit into the context.
  ///   - cancelled: checked three times per layer.
  /// - Returns: false if it was cancelled; the cache is then unchanged before `position`.
  func run(
    _ tokens: UnsafeBufferPointer<Int32>, at position: Int, cancelled: borrowing Atomic<Bool>
  ) -> Bool {
    withUnsafePointer(to: Segment(count: tokens.count, position: position)) {
      run(tokens, segments: UnsafeBufferPointer(start: $0, count: 1), cancelled: cancelled)
    }
  }

  /// Runs several texts side by side. Each sees itself and the cache before its position.
  /// Afterwards the cache is undefined from the lowest position on, unless there was only one text.
  ///
  /// - Parameter segments: their counts add up to the number of tokens.
  func run(
    _ tokens: UnsafeBufferPointer<Int32>, segments: UnsafeBufferPointer<Segment>,
    cancelled: borrowing Atomic<Bool>
  ) -> Bool {
    precondition(
      tokens.count == segments.reduce(0) { $0 + $1.count }
        && segments.allSatisfy { $0.position + $0.count <= state.context })
    return run(tokens, .segments(segments), cancelled: cancelled)
  }

  /// Runs one token of each of several texts, which share the beginning that is in the cache and go
  /// on in ``branches``. The cache stays as it is.
  ///
  /// - Parameters:
  ///   - branches: where each token stands.
  ///   - shared: how many positions are read from the cache; a multiple of 16.
  func run(
    _ tokens: UnsafeBufferPointer<Int32>, branches: UnsafeBufferPointer<pk_branch_row>, shared: Int,
    cancelled: borrowing Atomic<Bool>
  ) -> Bool {
    precondition(
      tokens.count == branches.count
        && branches.allSatisfy { (shared..<state.context).contains($0.position) })
    return run(tokens, .branches(branches, shared: shared), cancelled: cancelled)
  }

  private func run(
    _ tokens: UnsafeBufferPointer<Int32>, _ view: View, cancelled: borrowing Atomic<Bool>
  ) -> Bool {
    precondition(tokens.count <= RunState.batch)
    embed(tokens)
    let first = weights.layers[0]
    normalise(
      tokens.count, adding: nil, post: nil, weight: first.attentionNorm,
      quantising: first.quantisesAttentionInput)
    for (index, layer) in weights.layers.enumerated() {
      if cancelled.load(ordering: .relaxed) { return false }
      let changed = adapter?.adapter.layers[index]
      attend(layer, changed, index, tokens.count, view)
      multiply(
        layer.output, state.attended, tokens.count, into: state.added, stride: shape.width,
        Placed(changed?.output))
      if cancelled.load(ordering: .relaxed) { return false }
      normalise(
        tokens.count, adding: state.added, post: layer.postAttentionNorm,
        weight: layer.feedForwardNorm, quantising: layer.quantisesFeedForwardInput)
      gate(layer, changed, tokens.count)
      if cancelled.load(ordering: .relaxed) { return false }
      multiply(
        layer.down, state.gated, tokens.count, into: state.added, stride: shape.width,
        Placed(changed?.down))
      let isLast = index + 1 == weights.layers.count
      let next = isLast ? nil : weights.layers[index + 1]
      normalise(
        tokens.count, adding: state.added, post: layer.postFeedForwardNorm,
        weight: next?.attentionNorm ?? weights.outputNorm,
        quantising: next?.quantisesAttentionInput
          ?? (pk_panel_is_quantised(weights.head.kind) != 0))
    }
    return true
  }

  /// The logits of rows `range` of the last run, at most `RunState.logitRows`: [row][vocabulary],
  /// `RunState.logitStride` floats apart. Valid until the next call.
  func logits(of range: Range<Int>) -> UnsafeMutablePointer<Float> {
    precondition(range.count <= RunState.logitRows)
    let rows = state.normalised.from(token: range.lowerBound)
    multiply(weights.head, rows, range.count, into: state.logits, stride: state.logitStride)
    if shape.logitScale != 1 {
      pk_scale(state.logits, shape.logitScale, range.count * state.logitStride)
    }
    if shape.logitCap > 0 { cap(range.count * state.logitStride) }
    return state.logits
  }

  private func cap(_ count: Int) {
    for index in 0..<count {
      state.logits[index] = shape.logitCap * tanh(state.logits[index] / shape.logitCap)
    }
  }

  /// Moves rows of the last run to the front, in this order, so that a few calls can compute the
  /// logits of all of them.
  ///
  /// - Parameter rows: ascending.
  func gather(_ rows: [Int]) {
    for (place, row) in rows.enumerated() where row != place {
      state.normalised.move(row: row, to: place)
    }
  }

  private func embed(_ tokens: UnsafeBufferPointer<Int32>) {
    var matrix = weights.embedding
    for (index, token) in tokens.enumerated() {
      let row = state.stream + index * shape.width
      pk_panel_row(&matrix, Int(token), row)
      if shape.embeddingScale != 1 { pk_scale(row, shape.embeddingScale, shape.width) }
    }
  }

  /// The first half of the feed-forward layer.
  private func gate(
    _ layer: ModelWeights.Layer, _ changed: LowRankAdapter.Layer?, _ tokens: Int
  ) {
    let width = shape.feedForwardWidth
    let panels = (chunkSize(of: layer.gate) + 1) / 2 * 2
    withUnsafePointer(to: layer.gate) { gate in
      withUnsafePointer(to: layer.up) { up in
        withUnsafePointer(to: state.normalised) { input in
          withUpdates(Placed(changed?.gate), Placed(changed?.up), of: input, tokens) {
            hidden, updates in
            let none = pk_low_rank()
            var task = pk_gated_task(
              gate: pk_linear_task(
                matrix: gate, in: input, tokens: tokens, y: state.gated.x, y_stride: width,
                panels_per_chunk: panels, updates: (updates.0, none, none), hidden: hidden),
              up: pk_linear_task(
                matrix: up, in: input, tokens: tokens, y: state.up, y_stride: width,
                panels_per_chunk: panels, updates: (updates.1, none, none), hidden: hidden),
              activation: shape.architecture.gatesWithGELU ? PK_GELU_TANH : PK_SILU,
              out: state.gated, quantise: pk_panel_is_quantised(layer.down.kind))
            team.run(chunks: pk_linear_chunks(&task.gate), context: &task, pk_gated_chunk)
          }
        }
      }
    }
  }

  func multiply(
    _ matrix: pk_matrix, _ input: pk_activations, _ tokens: Int,
    into output: UnsafeMutablePointer<Float>, stride: Int, _ first: Placed = Placed(nil),
    _ second: Placed = Placed(nil), _ third: Placed = Placed(nil)
  ) {
    withUnsafePointer(to: matrix) { matrix in
      withUnsafePointer(to: input) { input in
        withUpdates(first, second, third, of: input, tokens) { hidden, updates in
          var task = pk_linear_task(
            matrix: matrix, in: input, tokens: tokens, y: output, y_stride: stride,
            panels_per_chunk: chunkSize(of: matrix.pointee), updates: updates, hidden: hidden)
          team.run(chunks: pk_linear_chunks(&task), context: &task, pk_linear_chunk)
        }
      }
    }
  }

  // MARK: Updates

  /// An adapter's update, and the panel of the matrix that contains its first row.
  struct Placed {
    var update: LowRankAdapter.Update?
    var firstPanel = 0

    init(_ update: LowRankAdapter.Update?, firstPanel: Int = 0) {
      self.update = update
      self.firstPanel = firstPanel
    }
  }

  private typealias Updates = (pk_low_rank, pk_low_rank, pk_low_rank)

  /// Prepares a product to compute A·x of its updates, and returns where the results will be; nil
  /// without an adapter.
  private func withUpdates(
    _ first: Placed, _ second: Placed, _ third: Placed = Placed(nil),
    of input: UnsafePointer<pk_activations>, _ tokens: Int,
    _ body: (UnsafeMutablePointer<pk_hidden_task>?, Updates) -> Void
  ) {
    guard let adapter, state.hidden.count == Int(PK_LOW_RANK_PARTS),
      first.update != nil || second.update != nil || third.update != nil
    else { return body(nil, (pk_low_rank(), pk_low_rank(), pk_low_rank())) }
    func scale(_ placed: Placed) -> Float { adapter.scale * (placed.update?.scale ?? 0) }
    func a(_ placed: Placed) -> pk_matrix { placed.update?.a ?? pk_matrix() }
    func isNarrow(_ placed: Placed) -> Int32 { placed.update?.b.kind == PK_PANEL_R8 ? 1 : 0 }
    func update(_ placed: Placed, _ part: Int) -> pk_low_rank {
      let b = placed.update?.b ?? pk_matrix()
      var hidden = state.hidden[part]
      hidden.columns = b.columns
      return pk_low_rank(b: b, first_panel: placed.firstPanel, hidden: hidden)
    }
    let updates = (update(first, 0), update(second, 1), update(third, 2))
    var task = pk_hidden_task(
      a: (a(first), a(second), a(third)),
      hidden: (updates.0.hidden, updates.1.hidden, updates.2.hidden),
      quantise: (isNarrow(first), isNarrow(second), isNarrow(third)), in: input,
      scale: (scale(first), scale(second), scale(third)), tokens: tokens, tokens_per_chunk: 8,
      done: 0)
    withUnsafeMutablePointer(to: &task) { body($0, updates) }
  }

  /// Few enough chunks that claiming them costs nothing, and enough that no thread waits long.
  private func chunkSize(of matrix: pk_matrix) -> Int {
    let panels = pk_panel_count(matrix.rows)
    return max(1, panels / (team.threadCount * (panels > 1024 ? 16 : 4)))
  }

  private func normalise(
    _ tokens: Int, adding: UnsafeMutablePointer<Float>?, post: UnsafePointer<Float>?,
    weight: UnsafePointer<Float>?, quantising: Bool
  ) {
    if let adding, shape.residualScale != 1 {
      pk_scale(adding, shape.residualScale, tokens * shape.width)
    }
    var task = pk_norm_task(
      x: state.stream, x_stride: shape.width, y: adding, y_stride: shape.width, post_weight: post,
      weight: weight, epsilon: shape.normEpsilon, width: shape.width, tokens: tokens,
      out: state.normalised, quantise: quantising ? 1 : 0, tokens_per_chunk: 8)
    team.run(chunks: (tokens + 7) / 8, context: &task, pk_norm_chunk)
  }
}

extension pk_activations {
  /// Copies a row over another one.
  fileprivate func move(row: Int, to place: Int) {
    func move<Value>(_ rows: UnsafeMutablePointer<Value>, _ stride: Int, _ count: Int) {
      rows.advanced(by: place * stride).update(from: rows.advanced(by: row * stride), count: count)
    }
    let blocks = columns / Int(PK_BLOCK)
    move(x, x_stride, columns)
    move(q, columns, columns)
    move(d, blocks, blocks)
    move(s, blocks, blocks)
    move(h, 2 * blocks, 2 * blocks)
  }

  /// The rows from a token onwards.
  fileprivate func from(token: Int) -> pk_activations {
    let blocks = token * (columns / Int(PK_BLOCK))
    return pk_activations(
      x: x + token * x_stride, x_stride: x_stride, q: q + token * columns, d: d + blocks,
      s: s + blocks, h: h + 2 * blocks, columns: columns)
  }
}
