import ModelFormats

/// How fast the pairs of a head rotate from position to position.
package struct RopeConfiguration: Sendable, Equatable {
  var base: Float
  /// Divides positions (linear scaling).
  var scale: Float = 1
  /// By how much each pair rotates more slowly (Llama 3); empty if none does.
  var factors: [Float] = []

  init(base: Float) { self.base = base }

  /// Reads a file's scaling: linear, or Llama 3's from the tensor `rope_freqs.weight`.
  ///
  /// - Throws: `unsupported` for other kinds, because a model with the wrong rotation produces
  ///   nonsense.
  init(
    _ metadata: ArchitectureMetadata, rotated: Int, defaultBase: Float
  ) throws(LanguageModelError) {
    base = try metadata.positive("rope.freq_base", default: defaultBase)
    // A factor alone means linear scaling; `scale_linear` is its older name.
    let type = metadata.string("rope.scaling.type") ?? "linear"
    guard ["none", "linear"].contains(type) else {
      throw metadata.unsupported(
        "the rope scaling \(type)", supported: "none, linear and that of Llama 3")
    }
    if type == "linear" {
      let old = try metadata.positive("rope.scale_linear", default: 1)
      scale = try metadata.positive("rope.scaling.factor", default: old)
    }
    let file = metadata.file
    if file.tensor(named: "rope_factors_long.weight") != nil
      || file.tensor(named: "rope_factors_short.weight") != nil
    {
      throw metadata.unsupported(
        "the rope scaling longrope", supported: "none, linear and that of Llama 3")
    }
    factors = try Self.factors(metadata, pairs: rotated / 2)
  }

  private static func factors(
    _ metadata: ArchitectureMetadata, pairs: Int
  ) throws(LanguageModelError) -> [Float] {
    guard let tensor = metadata.file.tensor(named: "rope_freqs.weight") else { return [] }
    guard tensor.elementCount == pairs else {
      throw metadata.damaged(
        "the tensor rope_freqs.weight has \(tensor.elementCount) values for \(pairs) pairs")
    }
    let factors = metadata.file.floats(of: tensor)
    guard factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw metadata.damaged("the tensor rope_freqs.weight has values that are not above 0")
    }
    return factors
  }
}
