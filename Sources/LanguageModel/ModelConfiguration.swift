package import ModelFormats

/// The shape of a decoder, read from a GGUF file's metadata.
package struct ModelConfiguration: Sendable {
  package let architecture: Architecture
  package let layers: Int
  /// The width of the residual stream.
  package let width: Int
  package let feedForwardWidth: Int
  package let heads: Int
  /// The number of key and value heads; query heads share them in equal groups.
  package let keyValueHeads: Int
  package let headWidth: Int
  /// How many dimensions of a head are rotated.
  package let rotated: Int
  package let vocabulary: Int
  package let trainedContext: Int
  package let normEpsilon: Float
  /// The factor of the products of queries and keys.
  package let attentionScale: Float
  package let rope: RopeConfiguration
  /// The rotation in windowed layers.
  package let windowRope: RopeConfiguration
  /// How many positions a token sees in a windowed layer, including itself; 0 without windows.
  package let window: Int
  /// Whether each layer sees only ``window`` positions.
  private let windowed: [Bool]

  package init(_ file: GGUFFile) throws(LanguageModelError) {
    let metadata = try ArchitectureMetadata(file)
    architecture = metadata.architecture
    try Self.refuseOtherParts(metadata)
    layers = try metadata.int("block_count", in: 1...1024)
    width = try metadata.int("embedding_length", in: 16...65_536)
    feedForwardWidth = try metadata.int("feed_forward_length", in: 16...1_048_576)
    heads = try metadata.int("attention.head_count", in: 1...1024)
    keyValueHeads = try metadata.int("attention.head_count_kv", in: 1...1024, default: heads)
    trainedContext = try metadata.int("context_length", in: 1...16_777_216)
    headWidth = try metadata.int("attention.key_length", in: 16...1024, default: width / heads)
    let valueWidth = try metadata.int(
      "attention.value_length", in: 16...1024, default: width / heads)
    rotated = try metadata.int("rope.dimension_count", in: 2...1024, default: headWidth)
    normEpsilon = try metadata.positive("attention.layer_norm_rms_epsilon", default: 1e-5)
    vocabulary = file.tensor(named: "token_embd.weight")?.rowCount ?? 0
    guard heads % keyValueHeads == 0, rotated <= headWidth, rotated % 2 == 0 else {
      throw metadata.damaged(
        "\(heads) heads of \(headWidth), \(rotated) of them rotated, do not fit "
          + "\(keyValueHeads) of keys and values")
    }
    guard headWidth == valueWidth, heads / keyValueHeads <= Self.mostHeadsOfAGroup else {
      throw metadata.unsupported(
        "\(heads) query heads of \(headWidth) and \(keyValueHeads) value heads of \(valueWidth)",
        supported: "heads of one width, at most \(Self.mostHeadsOfAGroup) to one of values")
    }
    guard headWidth % 16 == 0, width % 16 == 0, feedForwardWidth % 32 == 0 else {
      throw metadata.unsupported(
        "heads of \(headWidth) and layers of \(width) and \(feedForwardWidth)",
        supported: "multiples of 16, and of 32 for the feed-forward layer")
    }
    // Gemma 3 27B, which llama.cpp also recognises by its layers, scales as if its heads were
    // narrower.
    let scaled = architecture == .gemma3 && layers == 62 ? width / heads : headWidth
    attentionScale = 1 / Float(scaled).squareRoot()
    rope = try RopeConfiguration(
      metadata, rotated: rotated, defaultBase: architecture.hasWindows ? 1_000_000 : 10_000)
    windowRope = RopeConfiguration(
      base: try metadata.positive("rope.freq_base_swa", default: 10_000))
    window =
      architecture.hasWindows
      ? try metadata.int("attention.sliding_window", in: 0...16_777_216, default: 0) : 0
    windowed = try Self.windowedLayers(metadata, layers, window: window)
  }

  /// The most that the attention kernel can handle.
  private static let mostHeadsOfAGroup = 256 / RunState.attentionTokens

  package var queryWidth: Int { heads * headWidth }
  package var keyWidth: Int { keyValueHeads * headWidth }

  /// Whether a layer sees only ``window`` positions.
  package func isWindowed(_ layer: Int) -> Bool { windowed[layer] }

  /// The last of every six layers of Gemma 3 sees everything, unless the file says otherwise.
  private static func windowedLayers(
    _ metadata: ArchitectureMetadata, _ layers: Int, window: Int
  ) throws(LanguageModelError) -> [Bool] {
    guard window > 0 else { return [Bool](repeating: false, count: layers) }
    let key = "attention.sliding_window_pattern"
    if let pattern = metadata.bools(key) {
      guard pattern.count == layers else {
        throw metadata.damaged("`\(key)` has \(pattern.count) layers instead of \(layers)")
      }
      return pattern
    }
    let period = try metadata.int(key, in: 1...1024, default: 6)
    return (0..<layers).map { $0 % period != period - 1 }
  }

  /// Rejects what would be ignored if the file were run.
  private static func refuseOtherParts(
    _ metadata: ArchitectureMetadata
  ) throws(LanguageModelError) {
    let dense = "dense layers whose scores and logits are not capped"
    if try metadata.int("expert_count", in: 0...65_536, default: 0) > 0 {
      throw metadata.unsupported("a mixture of experts", supported: dense)
    }
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] where metadata.contains(key) {
      throw metadata.unsupported("`\(key)`", supported: dense)
    }
  }
}
