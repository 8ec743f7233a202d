import CKernels
import LanguageModel

/// The memory of a training pass, made once: what each layer keeps for the way back, and what its
/// steps hand on.
///
/// `@unchecked`: steps write apart from one another.
final class PassBuffers: @unchecked Sendable {
  typealias Floats = UnsafeMutablePointer<Float>

  /// What a layer keeps of the forward pass, [row][…] each.
  struct Record {
    /// The residual stream before attention and before the feed-forward layer.
    let input, middle: Floats
    /// [queries | keys | values], before norms and rotation.
    let projected: Floats
    let attended: Floats
    /// Of the exponentials of each query head's scores.
    let logSums: Floats
    let gate, up: Floats
    /// What attention and feed-forward layers give, where that is normalised (Gemma 3).
    let attentionResult, feedForwardResult: Floats?
    /// A·x of each module; nil where nothing is trained.
    let hidden: [Floats?]
  }

  /// Of one thread.
  struct Scratch {
    let tile: Floats
    let panel: Floats
    let codes: UnsafeMutablePointer<Int16>
    let scales: Floats
    let keys, values, scores, gradients: Floats
  }

  let capacity: Int
  let records: [Record]
  let stream, normalised, queries, keys, added, gated: Floats
  let streamGradient, normGradient, projectedGradient, attendedGradient: Floats
  let queryGradient, keyGradient, gateGradient, upGradient, gatedGradient: Floats
  let hiddenGradient: [Floats?]
  /// Rows of a product's left-hand sides as integers.
  let codes: UnsafeMutablePointer<Int16>
  let codeScales: Floats
  let scratch: [Scratch]
  /// Rows whose next token is predicted: the normalised stream and its gradient.
  let headInput, headGradient: Floats
  let logits: Floats
  let logitStride: Int
  /// Rows that the output matrix takes at once.
  let logitRows: Int
  private let arena = Arena()

  var byteCount: Int { arena.byteCount }

  /// Queries that attention takes at once.
  static let attentionRows = 48
  /// Rows of a matrix that a product over them takes at once.
  static let innerRows = 4096

  static func filledUp(_ count: Int) -> Int { (count + 31) / 32 * 32 }

  init(_ shape: ModelConfiguration, strides: [AdapterModule: Int], capacity: Int, threads: Int) {
    let arena = arena
    self.capacity = capacity
    func rows(_ width: Int) -> Floats { arena.allocate(Float.self, count: capacity * width) }
    let projectedWidth = shape.queryWidth + 2 * shape.keyWidth
    let hasPostNorms = shape.architecture.hasPostNorms
    func hidden() -> [Floats?] { AdapterModule.allCases.map { strides[$0].map(rows) } }
    records = (0..<shape.layers).map { _ in
      Record(
        input: rows(shape.width), middle: rows(shape.width), projected: rows(projectedWidth),
        attended: rows(shape.queryWidth), logSums: rows(shape.heads),
        gate: rows(shape.feedForwardWidth), up: rows(shape.feedForwardWidth),
        attentionResult: hasPostNorms ? rows(shape.width) : nil,
        feedForwardResult: hasPostNorms ? rows(shape.width) : nil, hidden: hidden())
    }
    stream = rows(shape.width)
    normalised = rows(shape.width)
    queries = rows(shape.queryWidth)
    keys = rows(shape.keyWidth)
    added = rows(shape.width)
    gated = rows(shape.feedForwardWidth)
    streamGradient = rows(shape.width)
    normGradient = rows(shape.width)
    projectedGradient = rows(projectedWidth)
    attendedGradient = rows(shape.queryWidth)
    queryGradient = rows(shape.queryWidth)
    keyGradient = rows(shape.keyWidth)
    gateGradient = rows(shape.feedForwardWidth)
    upGradient = rows(shape.feedForwardWidth)
    gatedGradient = rows(shape.feedForwardWidth)
    hiddenGradient = hidden()
    headInput = rows(shape.width)
    headGradient = rows(shape.width)
    logitStride = Self.filledUp(shape.vocabulary)
    // At most 64 MB, so that a batch's logits are never there at once.
    logitRows = min(capacity, max(16, (16 << 20) / logitStride))
    logits = arena.allocate(Float.self, count: logitRows * logitStride)
    let widest = max(
      Self.filledUp(shape.queryWidth) + 2 * Self.filledUp(shape.keyWidth),
      2 * Self.filledUp(shape.feedForwardWidth), Self.filledUp(shape.width))
    let codeCount = max(capacity * widest, logitRows * logitStride)
    codes = arena.allocate(Int16.self, count: codeCount)
    codeScales = arena.allocate(Float.self, count: codeCount / 32)
    let longest = max(shape.width, shape.feedForwardWidth, shape.queryWidth)
    let inner = Self.filledUp(max(longest, min(shape.vocabulary, Self.innerRows)))
    let keyRows = Self.filledUp(capacity)
    scratch = (0..<threads).map { _ in
      Scratch(
        tile: arena.allocate(
          Float.self, count: max(longest * 32, min(inner, Self.innerRows) * 256)),
        panel: arena.allocate(Float.self, count: inner * 32),
        codes: arena.allocate(Int16.self, count: inner * 32),
        scales: arena.allocate(Float.self, count: inner),
        keys: arena.allocate(Float.self, count: keyRows * shape.headWidth),
        values: arena.allocate(Float.self, count: keyRows * shape.headWidth),
        scores: arena.allocate(Float.self, count: Self.attentionRows * keyRows),
        gradients: arena.allocate(Float.self, count: Self.attentionRows * keyRows))
    }
  }
}
