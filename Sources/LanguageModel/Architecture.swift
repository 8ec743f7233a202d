/// The supported architectures, and their differences other than sizes.
package enum Architecture: String, CaseIterable, Sendable {
  case llama, qwen2, qwen3, gemma, gemma2, gemma3, phi3, granite, smollm3, mistral3

  /// Llama with small changes: its files may have Llama 3's rope factors and biases, and interleave
  /// the rotated pairs.
  private var isLlamaLike: Bool {
    switch self {
    case .llama, .granite, .smollm3, .mistral3: true
    case .qwen2, .qwen3, .gemma, .gemma2, .gemma3, .phi3: false
    }
  }

  private var isGemma: Bool { self == .gemma || self == .gemma2 || self == .gemma3 }

  /// Whether rotated pairs lie half a head apart, as in GPT-NeoX, or side by side.
  package var rotatesHalves: Bool { !isLlamaLike }

  /// Whether queries, keys and values have biases.
  package var hasProjectionBiases: Bool { self == .qwen2 }

  /// Whether they may have them.
  package var mayHaveProjectionBiases: Bool { isLlamaLike }

  /// Whether the file may have Llama 3's factors, by which pairs rotate more slowly.
  package var mayHaveRopeFactors: Bool { isLlamaLike }

  /// Whether the file may have factors for short and long contexts (LongRoPE).
  package var mayHaveLongRope: Bool { self == .phi3 }

  /// Whether queries, keys and values are one matrix in the file, and gate and up another.
  package var fusesMatrices: Bool { self == .phi3 }

  /// Whether heads of queries and keys are normalised.
  package var hasHeadNorms: Bool { self == .qwen3 || self == .gemma3 }

  /// Whether the outputs of attention and feed-forward layers are normalised before they are added.
  package var hasPostNorms: Bool { self == .gemma2 || self == .gemma3 }

  /// Of how many layers the last one sees everything, and the others a window of the positions; 1
  /// where none has a window, 0 where all have one.
  package var windowPeriod: Int {
    switch self {
    case .gemma2: 2
    case .gemma3: 6
    case .phi3: 0
    case .llama, .qwen2, .qwen3, .gemma, .granite, .smollm3, .mistral3: 1
    }
  }

  /// Whether windowed layers rotate by a base of their own.
  package var hasWindowBase: Bool { self == .gemma3 }

  /// Of how many layers the last one does not rotate; 0 where all do (NoPE).
  package var unrotatedPeriod: Int { self == .smollm3 ? 4 : 0 }

  /// Whether scores and logits are capped (Gemma 2).
  package var hasCaps: Bool { self == .gemma2 }

  /// Whether the file has factors for embeddings, what layers add, scores and logits (Granite).
  package var hasFactors: Bool { self == .granite }

  /// Whether embeddings are multiplied by the root of their width.
  package var scalesEmbeddings: Bool { isGemma }

  /// Whether the gate is GELU (in its tanh form) instead of SiLU.
  package var gatesWithGELU: Bool { isGemma }

  /// Whether adapters for it can be trained.
  package var isTrainable: Bool {
    switch self {
    case .llama, .qwen2, .qwen3, .gemma3: true
    case .gemma, .gemma2, .phi3, .granite, .smollm3, .mistral3: false
    }
  }
}
