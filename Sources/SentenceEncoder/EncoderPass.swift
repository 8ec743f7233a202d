import CKernels
import Kernels

/// One pass through the encoder over the tokens of several texts, concatenated without padding:
/// linear layers process all tokens at once, attention processes each text by itself.
///
/// It is used by one thread at a time. The workspace grows to the largest batch and is kept.
final class EncoderPass {
  private let configuration: EncoderConfiguration
  private let weights: EncoderWeights
  private let team: ThreadTeam
  private var hidden: Workspace
  private var wide: Workspace
  private var attended: Workspace
  private var scores: Workspace

  init(_ configuration: EncoderConfiguration, _ weights: EncoderWeights, team: ThreadTeam) {
    self.configuration = configuration
    self.weights = weights
    self.team = team
    hidden = Workspace()
    wide = Workspace()
    attended = Workspace()
    scores = Workspace()
  }

  /// - Parameters:
  ///   - texts: Token ids of each text, none empty, none longer than the model's positions.
  ///   - isCancelled: Called before each layer.
  /// - Returns: One unit vector per text, or `nil` if cancelled.
  func vectors(_ texts: [[Int32]], isCancelled: () -> Bool) -> [[Float]]? {
    guard let x = run(texts, isCancelled: isCancelled) else { return nil }
    let size = configuration.hiddenSize
    var start = 0
    return texts.map { ids in
      defer { start += ids.count }
      return pooled(x + start * size, rows: ids.count)
    }
  }

  /// The same for single tokens.
  ///
  /// - Returns: Unit vectors per text, [tokens × size], without those of the marks at a text's
  ///   beginning and end; or `nil` if cancelled.
  func tokenVectors(_ texts: [[Int32]], isCancelled: () -> Bool) -> [[Float]]? {
    guard let x = run(texts, isCancelled: isCancelled) else { return nil }
    let size = configuration.hiddenSize
    var start = 0
    return texts.map { ids in
      defer { start += ids.count }
      return (1..<max(1, ids.count - 1)).flatMap { pooled(x + (start + $0) * size, rows: 1) }
    }
  }

  /// The last layer's output, [tokens × size]; valid until the next call.
  private func run(
    _ texts: [[Int32]], isCancelled: () -> Bool
  ) -> UnsafeMutablePointer<Float>? {
    let size = configuration.hiddenSize
    let tokens = texts.reduce(0) { $0 + $1.count }
    let widest = max(3 * size, configuration.intermediateSize)
    let x = hidden.floats(tokens * size)
    let y = wide.floats(tokens * widest)
    let z = attended.floats(tokens * size)
    embed(texts, into: x)
    for layer in weights.layers {
      if isCancelled() { return nil }
      apply(layer.queryKeyValue, to: x, into: y, rows: tokens, inputs: size)
      attend(texts, y, into: z)
      apply(layer.attentionOutput, to: z, into: y, rows: tokens, inputs: size)
      normalize(x, adding: y, layer.attentionNorm, rows: tokens)
      apply(layer.intermediate, to: x, into: y, rows: tokens, inputs: size)
      pk_encoder_gelu(y, tokens * configuration.intermediateSize)
      apply(
        layer.output, to: y, into: z, rows: tokens, inputs: configuration.intermediateSize)
      normalize(x, adding: z, layer.outputNorm, rows: tokens)
    }
    return x
  }

  private func embed(_ texts: [[Int32]], into x: UnsafeMutablePointer<Float>) {
    let size = configuration.hiddenSize
    var row = x
    for ids in texts {
      for (position, id) in ids.enumerated() {
        let word = Int(id) * size
        for i in 0..<size {
          row[i] =
            weights.words[word + i] + weights.tokenType[i] + weights.positions[position * size + i]
        }
        row += size
      }
    }
    normalize(x, adding: nil, weights.embeddingNorm, rows: (row - x) / size)
  }

  private func apply(
    _ linear: EncoderWeights.Linear, to x: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>, rows: Int, inputs: Int
  ) {
    guard let weight = linear.weight.baseAddress, let bias = linear.bias.baseAddress else { return }
    let outputs = linear.bias.count
    for row in 0..<rows { (out + row * outputs).update(from: bias, count: outputs) }
    FloatMatrix.multiplyTransposed(
      x, weight, into: out, rows: rows, columns: outputs, inner: inputs, adding: true, team: team)
  }

  private func normalize(
    _ x: UnsafeMutablePointer<Float>, adding y: UnsafeMutablePointer<Float>?,
    _ norm: EncoderWeights.Norm, rows: Int
  ) {
    pk_encoder_layer_norm(
      x, y, norm.weight.baseAddress, norm.bias.baseAddress, configuration.epsilon, x, rows,
      configuration.hiddenSize)
  }

  private func attend(
    _ texts: [[Int32]], _ queryKeyValue: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let size = configuration.hiddenSize
    let headSize = configuration.headSize
    let room = (texts.reduce(0) { max($0, $1.count) } + 15) / 16 * 16
    let heads = configuration.heads
    let scores = scores.floats(room * heads)
    let scale = 1 / Float(headSize).squareRoot()
    // Heads write to separate memory, each with its own scores, and finish before `run` returns.
    nonisolated(unsafe) let (q, out) = (queryKeyValue, out)
    func head(_ index: Int) {
      var start = 0
      for ids in texts {
        let row = q + start * 3 * size + index * headSize
        pk_encoder_attention(
          row, row + size, row + 2 * size, 3 * size, out + start * size + index * headSize, size,
          ids.count, headSize, scale, scores + index * room)
        start += ids.count
      }
    }
    let work = texts.reduce(0) { $0 + $1.count * $1.count } * size
    if work < 1 << 18 {
      for index in 0..<heads { head(index) }
    } else {
      team.run(chunks: heads) { head($0) }
    }
  }

  /// The mean of the rows, scaled to length 1.
  private func pooled(_ x: UnsafeMutablePointer<Float>, rows: Int) -> [Float] {
    let size = configuration.hiddenSize
    var sum = [Float](repeating: 0, count: size)
    for row in 0..<rows {
      for i in 0..<size { sum[i] += x[row * size + i] }
    }
    let length = sum.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let scale = Float(1 / max(length, 1e-12))
    return sum.map { $0 * scale }
  }
}

/// Memory that is allocated once and grows for a larger batch; its contents are not preserved.
struct Workspace: ~Copyable {
  private var buffer = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let start = buffer.baseAddress, buffer.count >= count { return start }
    buffer.deallocate()
    buffer = .allocate(capacity: max(count, 1))
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { fatalError("an allocation has an address") }
    return start
  }

  deinit { buffer.deallocate() }
}
