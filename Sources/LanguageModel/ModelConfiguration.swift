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
  /// The factor of embeddings.
  let embeddingScale: Float
  /// The factor of what layers add to the stream.
  let residualScale: Float
  /// The factor of logits.
  let logitScale: Float
  /// Scores and logits x become c·tanh(x / c); 0 without.
  let scoreCap, logitCap: Float
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
    trainedContext = try Self.context(metadata)
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
    // Gemma 2 and 3 of 27 billion weights, which llama.cpp also recognises by their layers, scale as
    // if their heads were narrower.
    let isLargest =
      architecture == .gemma3 && layers == 62 || architecture == .gemma2 && layers == 46
    let usual = 1 / Float(isLargest ? width / heads : headWidth).squareRoot()
    let hasFactors = architecture.hasFactors
    attentionScale =
      hasFactors ? try metadata.positive("attention.scale", default: usual) : usual
    embeddingScale =
      hasFactors
      ? try metadata.positive("embedding_scale", default: 1)
      : architecture.scalesEmbeddings ? Float(width).squareRoot() : 1
    residualScale = hasFactors ? try metadata.positive("residual_scale", default: 1) : 1
    logitScale = hasFactors ? 1 / (try metadata.positive("logit_scale", default: 1)) : 1
    let hasCaps = architecture.hasCaps
    scoreCap = hasCaps ? try metadata.positive("attn_logit_softcapping", default: 50) : 0
    logitCap = hasCaps ? try metadata.positive("final_logit_softcapping", default: 30) : 0
    rope = try RopeConfiguration(
      metadata, rotated: rotated, trainedContext: trainedContext,
      defaultBase: architecture.hasWindowBase ? 1_000_000 : 10_000)
    windowRope =
      architecture.hasWindowBase
      ? RopeConfiguration(base: try metadata.positive("rope.freq_base_swa", default: 10_000)) : rope
    window =
      architecture.windowPeriod != 1
      ? try metadata.int("attention.sliding_window", in: 0...16_777_216, default: 0) : 0
    windowed = try Self.windowedLayers(metadata, layers, window: window)
  }

  /// The most that the attention kernel can handle.
  private static let mostHeadsOfAGroup = 256 / RunState.attentionTokens

  package var queryWidth: Int { heads * headWidth }
  package var keyWidth: Int { keyValueHeads * headWidth }

  /// Whether a layer sees only ``window`` positions.
  package func isWindowed(_ layer: Int) -> Bool { windowed[layer] }

  /// Whether a layer rotates queries and keys.
  package func isRotated(_ layer: Int) -> Bool {
    let period = architecture.unrotatedPeriod
    return period == 0 || layer % period != period - 1
  }

  /// Ministral 3 scales scores by a factor that grows with the position and is 1 within the context
  /// that was trained first; more is not supported.
  private static func context(_ metadata: ArchitectureMetadata) throws(LanguageModelError) -> Int {
    let context = try metadata.int("context_length", in: 1...16_777_216)
    guard metadata.contains("attention.temperature_scale") else { return context }
    return try metadata.int(
      "rope.scaling.original_context_length", in: 1...16_777_216, default: context)
  }

  /// The last layer of every period sees everything, unless the file says otherwise.
  private static func windowedLayers(
    _ metadata: ArchitectureMetadata, _ layers: Int, window: Int
  ) throws(LanguageModelError) -> [Bool] {
    guard window > 0 else { return [Bool](repeating: false, count: layers) }
    guard metadata.architecture.windowPeriod > 0 else {
      return [Bool](repeating: true, count: layers)
    }
    let key = "attention.sliding_window_pattern"
    if let pattern = metadata.bools(key) {
      guard pattern.count == layers else {
        throw metadata.damaged("`\(key)` has \(pattern.count) layers instead of \(layers)")
      }
      return pattern
    }
    let period = try metadata.int(key, in: 1...1024, default: metadata.architecture.windowPeriod)
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
    let caps = ["attn_logit_softcapping", "final_logit_softcapping"]
    for key in caps where !metadata.architecture.hasCaps && metadata.contains(key) {
      throw metadata.unsupported("`\(key)`", supported: dense)
    }
    let factors = ["embedding_scale", "residual_scale", "logit_scale", "attention.scale"]
    for key in factors where !metadata.architecture.hasFactors && metadata.contains(key) {
      throw metadata.unsupported("`\(key)`", supported: "such factors in granite")
    }
    guard metadata.architecture == .mistral3 || !metadata.contains("attention.temperature_scale")
    else {
      throw metadata.unsupported("`attention.temperature_scale`", supported: "it in mistral3")
    }
  }
}
