/// The supported architectures, and their differences other than sizes.
package enum Architecture: String, CaseIterable, Sendable {
  case llama, qwen2, qwen3, gemma3

  /// Whether rotated pairs lie half a head apart, as in GPT-NeoX, or side by side.
  package var rotatesHalves: Bool { self != .llama }

  /// Whether queries, keys and values have biases; in llama they are optional.
  package var hasProjectionBiases: Bool { self == .qwen2 }

  /// Whether heads of queries and keys are normalised.
  package var hasHeadNorms: Bool { self == .qwen3 || self == .gemma3 }

  /// Whether the outputs of attention and feed-forward layers are normalised before they are added.
  package var hasPostNorms: Bool { self == .gemma3 }

  /// Whether some layers see only a window of the positions.
  package var hasWindows: Bool { self == .gemma3 }

  /// Whether embeddings are multiplied by the root of their width.
  package var scalesEmbeddings: Bool { self == .gemma3 }

  /// Whether the gate is GELU (in its tanh form) instead of SiLU.
  package var gatesWithGELU: Bool { self == .gemma3 }
}
