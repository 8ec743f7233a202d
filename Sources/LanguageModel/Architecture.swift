/// The architectures that run, and in what they differ beyond numbers.
package enum Architecture: String, CaseIterable, Sendable {
  case llama, qwen2, qwen3, gemma3

  /// Whether pairs that are rotated lie half a head apart, as in GPT-NeoX, or side by side.
  package var rotatesHalves: Bool { self != .llama }

  /// Whether queries, keys and values have biases; Llama's may have some.
  package var hasProjectionBiases: Bool { self == .qwen2 }

  /// Whether heads of queries and keys are normalised.
  package var hasHeadNorms: Bool { self == .qwen3 || self == .gemma3 }

  /// Whether what attention and feed-forward layers give is normalised before it is added.
  package var hasPostNorms: Bool { self == .gemma3 }

  /// Whether layers that see a window stand between those that see everything.
  package var hasWindows: Bool { self == .gemma3 }

  /// Whether embeddings are multiplied by the root of their width.
  package var scalesEmbeddings: Bool { self == .gemma3 }

  /// Whether the gate is GELU (its tanh form), and SiLU otherwise.
  package var gatesWithGELU: Bool { self == .gemma3 }
}
