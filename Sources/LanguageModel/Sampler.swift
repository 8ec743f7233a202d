/// How the next token is chosen.
public struct SamplingOptions: Sendable, Hashable {
  /// Divides the logits; 0 always takes the most likely token.
  public var temperature: Float
  /// How many of the most likely tokens are considered; 0 for all.
  public var topK: Int
  /// Only the most likely tokens that together have this probability are considered (nucleus
  /// sampling).
  public var topP: Float
  /// Only tokens with at least this share of the highest probability are considered.
  public var minP: Float
  public var seed: UInt64

  public init(
    temperature: Float = 0, topK: Int = 40, topP: Float = 0.95, minP: Float = 0.05,
    seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
  }

  /// Always takes the most likely token.
  public static let greedy = SamplingOptions()
}

/// Draws tokens from logits. It allocates nothing after initialisation.
struct Sampler {
  private let options: SamplingOptions
  private var random: SplitMix64
  private var candidates: [Candidate] = []

  private struct Candidate {
    var token: Int32
    var weight: Float
  }

  init(_ options: SamplingOptions, vocabulary: Int) {
    self.options = options
    random = SplitMix64(state: options.seed)
    if options.temperature > 0 { candidates.reserveCapacity(vocabulary) }
  }

  /// A token from the options' distribution; at temperature 0 the most likely one, or the first of
  /// several.
  mutating func draw(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    guard options.temperature > 0 else { return Int32(best) }
    collect(logits, highest: logits[best])
    keepNucleus()
    let total = candidates.reduce(0) { $0 + $1.weight }
    var left = random.uniform() * total
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return candidate.token }
    }
    return candidates.last?.token ?? Int32(best)
  }

  /// The tokens that top-k and min-p leave, most likely first, with weights relative to the first.
  private mutating func collect(_ logits: UnsafeBufferPointer<Float>, highest: Float) {
    candidates.removeAll(keepingCapacity: true)
    // A token with e^-20 of the highest probability is never drawn.
    let least = max(options.minP, 2e-9)
    let floor = highest + options.temperature * logarithm(least)
    for index in logits.indices where logits[index] >= floor {
      let weight = exponential((logits[index] - highest) / options.temperature)
      candidates.append(Candidate(token: Int32(index), weight: weight))
    }
    candidates.sort { $0.weight > $1.weight || ($0.weight == $1.weight && $0.token < $1.token) }
    if options.topK > 0, candidates.count > options.topK {
      candidates.removeLast(candidates.count - options.topK)
    }
  }

  private mutating func keepNucleus() {
    guard options.topP < 1 else { return }
    let wanted = options.topP * candidates.reduce(0) { $0 + $1.weight }
    var sum: Float = 0
    for index in candidates.indices {
      sum += candidates[index].weight
      if sum >= wanted {
        candidates.removeLast(candidates.count - index - 1)
        return
      }
    }
  }
}

/// Steele, Lea and Flood, 2014: small and the same on every machine.
private struct SplitMix64 {
  var state: UInt64

  /// Uniform in [0, 1), 24 bits.
  mutating func uniform() -> Float {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float((z ^ (z >> 31)) >> 40) * 0x1p-24
  }
}
