/// How a list of exemplars is drawn.
public struct SelectionOptions: Sendable, Equatable {
  /// Length m of the list; it is shorter if the pool has fewer.
  public var shots: Int
  /// Divides the scores before the softmax; above 0.
  public var temperature: Double
  /// Share of the probability that is spread evenly over all choices of a step, in 0…1: a floor under
  /// the propensities, without which off-policy estimates are unbounded.
  public var epsilon: Double
  public var seed: UInt64
  /// Takes the most likely exemplar each time instead of drawing (ties: the first); ε is then
  /// ignored.
  public var greedy: Bool
  /// Indices that always enter, first and in this order, with probability 1; at most `shots`.
  public var pinned: [Int]
  /// Indices that never enter, even when pinned.
  public var muted: Set<Int>
  /// What is added to the scores before the softmax, one value per exemplar; empty for nothing.
  public var shifts: [Float] = []
  /// Whether a list may end before it has `shots` exemplars, and even be empty; only a network that
  /// stops (``ParameterLayout/stops``) does so. Pinned exemplars enter in any case.
  public var mayStop: Bool

  public init(
    shots: Int = 3, temperature: Double = 0.05, epsilon: Double = 0, seed: UInt64 = 0,
    greedy: Bool = false, pinned: [Int] = [], muted: Set<Int> = [], mayStop: Bool = false
  ) {
    self.shots = shots
    self.temperature = temperature
    self.epsilon = epsilon
    self.seed = seed
    self.greedy = greedy
    self.pinned = pinned
    self.muted = muted
    self.mayStop = mayStop
  }

  /// Pinned indices that enter: in the pool, not muted, each once, at most `shots`.
  func entering(of count: Int) -> [Int] {
    var seen: Set<Int> = []
    let usable = pinned.filter {
      (0..<count).contains($0) && !muted.contains($0) && seen.insert($0).inserted
    }
    return Array(usable.prefix(max(0, shots)))
  }

  func validate() throws(PromptMatchingError) {
    guard shots >= 0 else {
      throw .invalidOption("The number of shots is \(shots); it must be 0 or more.")
    }
    guard temperature.isFinite, temperature > 0 else {
      throw .invalidOption("The temperature is \(temperature); it must be above 0.")
    }
    guard shifts.allSatisfy(\.isFinite) else {
      throw .invalidOption("A shift of the scores is not finite.")
    }
    guard epsilon >= 0, epsilon <= 1 else {
      throw .invalidOption("Epsilon is \(epsilon); it must be between 0 and 1.")
    }
  }
}

/// A drawn list.
public struct Selection: Sendable, Equatable {
  public struct Pick: Sendable, Equatable {
    /// Index in the pool.
    public let index: Int
    /// Probability of this pick, given the earlier ones: the policy's, also in a greedy list; 1 for
    /// a pinned exemplar.
    public let probability: Double
    /// Cosine similarity of the exemplar's and the instruction's embeddings.
    public let cosine: Float
    public let isPinned: Bool

    public init(index: Int, probability: Double, cosine: Float, isPinned: Bool) {
      self.index = index
      self.probability = probability
      self.cosine = cosine
      self.isPinned = isPinned
    }
  }

  public let picks: [Pick]
  /// Probability with which exactly this ordered list was drawn: the product of the picks'
  /// probabilities and of ending where it ends, or 1 for a greedy list.
  public let propensity: Double
  /// The policy's probability of ending the list where it ends; nil where it had to end, because
  /// it is full or nothing is left.
  public let stopProbability: Double?
}
