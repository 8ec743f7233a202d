/// The architectures that run, and in what they differ beyond numbers.
enum Architecture: String, CaseIterable, Sendable {
  case llama, qwen2, qwen3, gemma3

  /// Whether pairs that are rotated lie half a head apart, as in GPT-NeoX, or side by side.
  var rotatesHalves: Bool { self != .llama }

  /// Whether queries, keys and values have biases; Llama's may have some.
  var hasProjectionBiases: Bool { self == .qwen2 }

  /// Whether heads of queries and keys are normalised.
  var hasHeadNorms: Bool { self == .qwen3 || self == .gemma3 }

  /// Whether what attention and feed-forward layers give is normalised before it is added.
  var hasPostNorms: Bool { self == .gemma3 }

  /// Whether layers that see a window stand between those that see everything.
  var hasWindows: Bool { self == .gemma3 }

  /// Whether embeddings are multiplied by the root of their width.
  var scalesEmbeddings: Bool { self == .gemma3 }

  /// Whether the gate is GELU (its tanh form), and SiLU otherwise.
  var gatesWithGELU: Bool { self == .gemma3 }
}
