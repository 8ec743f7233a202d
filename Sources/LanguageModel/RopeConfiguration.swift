import Foundation
import ModelFormats

/// How fast the pairs of a head rotate from position to position.
package struct RopeConfiguration: Sendable, Equatable {
  var base: Float
  /// Divides positions (linear scaling).
  var scale: Float = 1
  /// By how much each pair rotates more slowly (Llama 3); empty if none does.
  var factors: [Float] = []
  /// The same where the context is longer than ``shortContext`` (LongRoPE); empty if no other.
  private var longFactors: [Float] = []
  private var shortContext = 0
  /// The factor of cosines and sines (YaRN, LongRoPE).
  var magnitude: Float = 1
  private var yarn: YaRN?

  /// Pairs that turn often within the original context keep their speed, those that turn seldom are
  /// slowed down, and between them the two are mixed.
  ///
  /// Source: YaRN (Peng et al. 2023, arXiv 2309.00071), section 3.2.
  private struct YaRN: Sendable, Equatable {
    var originalContext: Int
    /// How often the pairs at the two borders turn.
    var fast, slow: Float

    /// The share of the slowed rotation, from 0 to 1.
    func slowed(pair: Int, rotated: Int, base: Float) -> Double {
      func pairTurning(_ times: Float) -> Double {
        Double(rotated) * log(Double(originalContext) / (Double(times) * 2 * .pi))
          / (2 * log(Double(base)))
      }
      let low = max(0, pairTurning(fast).rounded(.down))
      let high = min(Double(rotated - 1), pairTurning(slow).rounded(.up))
      return min(1, max(0, (Double(pair) - low) / max(0.001, high - low)))
    }
  }

  init(base: Float) { self.base = base }

  /// By which angle a pair turns from one position to the next, in radians.
  func frequency(pair: Int, rotated: Int, context: Int) -> Double {
    let plain = pow(Double(base), -2 * Double(pair) / Double(rotated))
    if let yarn {
      let slowed = yarn.slowed(pair: pair, rotated: rotated, base: base)
      return plain * (slowed / Double(scale) + 1 - slowed)
    }
    let all = context > shortContext && !longFactors.isEmpty ? longFactors : factors
    return plain / Double(scale) / (all.isEmpty ? 1 : Double(all[pair]))
  }

  /// Reads a file's scaling: linear, YaRN, Llama 3's from the tensor `rope_freqs.weight`, or LongRoPE
  /// from `rope_factors_short.weight` and `rope_factors_long.weight`.
  ///
  /// - Throws: `unsupported` for other kinds, because a model with the wrong rotation produces
  ///   nonsense.
  init(
    _ metadata: ArchitectureMetadata, rotated: Int, trainedContext: Int, defaultBase: Float
  ) throws(LanguageModelError) {
    base = try metadata.positive("rope.freq_base", default: defaultBase)
    magnitude = try metadata.positive("rope.scaling.attn_factor", default: 1)
    // A factor alone means linear scaling; `scale_linear` is its older name.
    let type = metadata.string("rope.scaling.type") ?? "linear"
    let long = try Self.factors("rope_factors_long.weight", metadata, pairs: rotated / 2)
    let short = try Self.factors("rope_factors_short.weight", metadata, pairs: rotated / 2)
    switch type {
    case "none": break
    case "linear":
      let old = try metadata.positive("rope.scale_linear", default: 1)
      scale = try metadata.positive("rope.scaling.factor", default: old)
    case "yarn": try readYaRN(metadata, trainedContext)
    case "longrope" where metadata.architecture.mayHaveLongRope && !long.isEmpty: break
    default: throw Self.unsupported(type, metadata)
    }
    if long.isEmpty, short.isEmpty {
      factors = try Self.factors("rope_freqs.weight", metadata, pairs: rotated / 2)
      return
    }
    guard metadata.architecture.mayHaveLongRope else {
      throw Self.unsupported("longrope", metadata)
    }
    guard !long.isEmpty, !short.isEmpty else {
      throw metadata.damaged(
        "one of the tensors rope_factors_long and rope_factors_short is missing")
    }
    (factors, longFactors) = (short, long)
    shortContext = try metadata.int(
      "rope.scaling.original_context_length", in: 1...16_777_216, default: trainedContext)
  }

  private static func unsupported(
    _ type: String, _ metadata: ArchitectureMetadata
  ) -> LanguageModelError {
    metadata.unsupported(
      "the rope scaling \(type)",
      supported: "none, linear, yarn, that of Llama 3, and longrope in phi3")
  }

  /// Source: `rope.scaling.yarn_log_multiplier` is what llama.cpp's converter writes for
  /// `mscale_all_dim` in configurations of transformers; without it the magnitude is the paper's.
  private mutating func readYaRN(
    _ metadata: ArchitectureMetadata, _ trainedContext: Int
  ) throws(LanguageModelError) {
    scale = try metadata.positive("rope.scaling.factor", default: 1)
    yarn = YaRN(
      originalContext: try metadata.int(
        "rope.scaling.original_context_length", in: 1...16_777_216, default: trainedContext),
      fast: try metadata.positive("rope.scaling.yarn_beta_fast", default: 32),
      slow: try metadata.positive("rope.scaling.yarn_beta_slow", default: 1))
    let scale = scale
    func growth(_ multiplier: Float) -> Float {
      scale <= 1 ? 1 : 0.1 * multiplier * log(scale) + 1
    }
    let key = "rope.scaling.yarn_log_multiplier"
    let multiplier =
      metadata.contains(key) ? try metadata.notNegative(key) : 0
    magnitude *= multiplier > 0 ? growth(1) / growth(multiplier) : growth(1)
  }

  private static func factors(
    _ name: String, _ metadata: ArchitectureMetadata, pairs: Int
  ) throws(LanguageModelError) -> [Float] {
    guard let tensor = metadata.file.tensor(named: name) else { return [] }
    guard tensor.elementCount == pairs else {
      throw metadata.damaged(
        "the tensor \(name) has \(tensor.elementCount) values for \(pairs) pairs")
    }
    let factors = metadata.file.floats(of: tensor)
    guard factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw metadata.damaged("the tensor \(name) has values that are not above 0")
    }
    return factors
  }
}
