import ModelFormats

/// The architectures that run.
enum Architecture: String, CaseIterable, Sendable {
  case llama, qwen2, qwen3, gemma3
}

/// The shape of a decoder, read from a GGUF file's metadata.
struct ModelConfiguration: Sendable {
  let architecture: Architecture
  let layers: Int
  /// Of the residual stream.
  let width: Int
  let feedForwardWidth: Int
  let heads: Int
  /// Heads of keys and values; query heads share them in equal groups.
  let keyValueHeads: Int
  let headWidth: Int
  /// Dimensions of a head that are rotated.
  let rotated: Int
  let vocabulary: Int
  let trainedContext: Int
  let normEpsilon: Float
  let ropeBase: Float
  /// Divides positions (linear scaling).
  let ropeScale: Float
  /// Positions that a token sees in a windowed layer; 0 without windows.
  let window: Int
  /// Every so many layers, one sees everything (Gemma 3); 0 without windows.
  let fullAttentionEvery: Int
  /// Of the windowed layers.
  let windowRopeBase: Float

  init(_ file: GGUFFile) throws(LanguageModelError) {
    let metadata = file.metadata
    let path = file.file.path
    let name = metadata.string("general.architecture") ?? "no architecture"
    guard let architecture = Architecture(rawValue: name) else {
      let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsupported(path: path, what: "the architecture \(name)", supported: supported)
    }
    func number(_ key: String, in range: ClosedRange<Int>) throws(LanguageModelError) -> Int {
      let key = "\(name).\(key)"
      guard let value = metadata.int(key) else {
        throw .damaged(path: path, reason: "`\(key)` is missing")
      }
      guard range.contains(value) else {
        throw .damaged(path: path, reason: "`\(key)` is \(value)")
      }
      return value
    }
    self.architecture = architecture
    layers = try number("block_count", in: 1...1024)
    width = try number("embedding_length", in: 16...65_536)
    feedForwardWidth = try number("feed_forward_length", in: 16...1_048_576)
    heads = try number("attention.head_count", in: 1...1024)
    keyValueHeads =
      metadata.contains("\(name).attention.head_count_kv")
      ? try number("attention.head_count_kv", in: 1...1024) : heads
    trainedContext = try number("context_length", in: 1...16_777_216)
    headWidth =
      metadata.contains("\(name).attention.key_length")
      ? try number("attention.key_length", in: 16...1024) : width / heads
    rotated =
      metadata.contains("\(name).rope.dimension_count")
      ? try number("rope.dimension_count", in: 2...1024) : headWidth
    normEpsilon = metadata.float("\(name).attention.layer_norm_rms_epsilon") ?? 1e-5
    ropeBase =
      metadata.float("\(name).rope.freq_base") ?? (architecture == .gemma3 ? 1_000_000 : 10_000)
    let scaling = metadata.string("\(name).rope.scaling.type") ?? "none"
    guard ["none", "linear"].contains(scaling) else {
      throw .unsupported(path: path, what: "the rope scaling \(scaling)", supported: "none, linear")
    }
    ropeScale = scaling == "linear" ? metadata.float("\(name).rope.scaling.factor") ?? 1 : 1
    let windowed = architecture == .gemma3
    window = windowed ? metadata.int("\(name).attention.sliding_window") ?? 0 : 0
    fullAttentionEvery = window > 0 ? 6 : 0
    windowRopeBase = 10_000
    vocabulary = file.tensor(named: "token_embd.weight")?.rowCount ?? 0
    guard heads % keyValueHeads == 0, rotated <= headWidth, rotated % 2 == 0 else {
      throw .damaged(
        path: path, reason: "\(heads) heads do not fit \(keyValueHeads) of keys and values")
    }
    guard headWidth % 16 == 0, width % 16 == 0, feedForwardWidth % 32 == 0 else {
      throw .unsupported(
        path: path, what: "heads of \(headWidth) and layers of \(width) and \(feedForwardWidth)",
        supported: "multiples of 16, and of 32 for the feed-forward layer")
    }
  }

  var queryWidth: Int { heads * headWidth }
  var keyWidth: Int { keyValueHeads * headWidth }

  /// Whether pairs that are rotated lie half a head apart, as in GPT-NeoX, or side by side.
  var rotatesHalves: Bool { architecture != .llama }

  /// Whether a layer sees only ``window`` positions.
  func isWindowed(_ layer: Int) -> Bool {
    fullAttentionEvery > 0 && layer % fullAttentionEvery != fullAttentionEvery - 1
  }
}
