import CKernels
import Kernels

/// Everything that changes while a decoder runs: the cache and the buffers between its steps,
/// allocated once. Only one thread may use it at a time.
final class RunState {
  /// The most tokens that go through the layers together.
  static let batch = 128
  /// How many tokens of one head attention processes at once, so that their scores stay in the
  /// processor's cache.
  static let attentionTokens = 4

  let context: Int
  /// One per layer.
  let caches: [pk_cache]
  let rope: RopeTable
  /// Of windowed layers.
  let windowRope: RopeTable
  /// The residual stream, [token][width].
  let stream: UnsafeMutablePointer<Float>
  /// The input of the next products: the normalised stream, attention's result, the gated layer.
  var normalised: pk_activations
  var attended: pk_activations
  var gated: pk_activations
  /// [token][queries | keys | values].
  let projected: UnsafeMutablePointer<Float>
  let queries: UnsafeMutablePointer<Float>
  let up: UnsafeMutablePointer<Float>
  /// The outputs of attention and feed-forward layers that are added to the stream.
  let added: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
  let scratchStride: Int
  /// [token][vocabulary, rounded up to 16] of the tokens whose logits were computed last.
  let logits: UnsafeMutablePointer<Float>
  let logitStride: Int
  /// Rows of `logits`.
  static let logitRows = 16
  /// A·x of each of an adapter's updates, [token][rank, rounded up to whole panels]; empty before
  /// there is an adapter.
  private(set) var hidden: [pk_activations] = []
  private var hiddenArena: Arena?
  private let arena = Arena()

  /// Allocates memory for an adapter of this rank.
  func reserve(rank: Int) {
    let rank = pk_panel_count(rank) * Int(PK_PANEL_ROWS)
    guard rank > hidden.first?.columns ?? 0 else { return }
    let arena = Arena()
    hidden = (0..<Int(PK_LOW_RANK_PARTS)).map { _ in Self.activations(rank, Self.batch, arena) }
    hiddenArena = arena
  }

  init(_ shape: ModelConfiguration, context: Int, threads: Int) {
    let arena = arena
    let batch = Self.batch
    let capacity = (context + 15) / 16 * 16
    self.context = context
    let cacheCount = shape.keyWidth * capacity
    caches = (0..<shape.layers).map { _ in
      pk_cache(
        keys: arena.allocate(UInt16.self, count: cacheCount),
        values: arena.allocate(UInt16.self, count: cacheCount),
        capacity: capacity, heads: shape.keyValueHeads, width: shape.headWidth)
    }
    rope = RopeTable(
      positions: context, rotated: shape.rotated, rope: shape.rope, arena: arena)
    windowRope =
      shape.window == 0
      ? rope
      : RopeTable(
        positions: context, rotated: shape.rotated, rope: shape.windowRope, arena: arena)
    stream = arena.allocate(Float.self, count: batch * shape.width)
    normalised = Self.activations(shape.width, batch, arena)
    attended = Self.activations(shape.queryWidth, batch, arena)
    gated = Self.activations(shape.feedForwardWidth, batch, arena)
    projected = arena.allocate(
      Float.self, count: batch * (shape.queryWidth + 2 * shape.keyWidth))
    queries = arena.allocate(Float.self, count: batch * shape.queryWidth)
    up = arena.allocate(Float.self, count: batch * shape.feedForwardWidth)
    added = arena.allocate(Float.self, count: batch * shape.width)
    scratchStride = pk_attention_scratch(
      Self.attentionTokens, shape.heads / shape.keyValueHeads, shape.headWidth, capacity)
    scratch = arena.allocate(Float.self, count: scratchStride * threads)
    logitStride = pk_panel_count(shape.vocabulary) * Int(PK_PANEL_ROWS)
    logits = arena.allocate(Float.self, count: logitStride * Self.logitRows)
  }

  private static func activations(_ columns: Int, _ tokens: Int, _ arena: Arena) -> pk_activations {
    let blocks = tokens * ((columns + 31) / 32)
    return pk_activations(
      x: arena.allocate(Float.self, count: tokens * columns), x_stride: columns,
      q: arena.allocate(Int16.self, count: tokens * columns),
      d: arena.allocate(Float.self, count: blocks), s: arena.allocate(Float.self, count: blocks),
      h: arena.allocate(Float.self, count: 2 * blocks), columns: columns)
  }
}
