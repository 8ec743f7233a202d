import CKernels

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
  /// Of the logits that are high enough.
  private var places: [Int32] = []

  private struct Candidate {
    var token: Int32
    var weight: Float
  }

  init(_ options: SamplingOptions, vocabulary: Int) {
    self.options = options
    random = SplitMix64(state: options.seed)
    guard options.temperature > 0 else { return }
    candidates.reserveCapacity(vocabulary)
    places = [Int32](repeating: 0, count: vocabulary)
  }

  /// Whether the seed matters.
  var isRandom: Bool { options.temperature > 0 }

  /// How far below the likeliest token a logit may be to be drawn at all.
  var reach: Float { -options.temperature * logarithm(max(options.minP, 2e-9)) }

  /// A token from the options' distribution; at temperature 0 the most likely one, or the first of
  /// several.
  mutating func draw(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
    guard let start = logits.baseAddress, !logits.isEmpty else { return 0 }
    let highest = pk_highest(start, logits.count)
    var best: Int32 = 0
    guard options.temperature > 0 else {
      _ = pk_places_from(start, logits.count, highest, &best, 1)
      return best
    }
    collect(logits, highest: highest)
    keepNucleus()
    let total = candidates.reduce(0) { $0 + $1.weight }
    var left = random.uniform() * total
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return candidate.token }
    }
    return candidates.last?.token ?? best
  }

  /// The tokens that top-k and min-p leave, most likely first, with weights relative to the first.
  private mutating func collect(_ logits: UnsafeBufferPointer<Float>, highest: Float) {
    candidates.removeAll(keepingCapacity: true)
    // A token with e^-20 of the highest probability is never drawn.
    let least = max(options.minP, 2e-9)
    let floor = highest + options.temperature * logarithm(least)
    let count = places.withUnsafeMutableBufferPointer { places -> Int in
      guard let logits = logits.baseAddress, let start = places.baseAddress else { return 0 }
      return pk_places_from(logits, places.count, floor, start, places.count)
    }
    for place in places[..<count] {
      let weight = exponential((logits[Int(place)] - highest) / options.temperature)
      candidates.append(Candidate(token: place, weight: weight))
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
