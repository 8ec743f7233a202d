public import Tokenizers

/// What to generate.
public struct GenerationOptions: Sendable, Hashable {
  /// How many tokens at most.
  public var maximumTokens: Int
  public var sampling: SamplingOptions
  /// Texts at which the answer ends; they are not part of it.
  public var stops: [String]
  /// Ends at the model's own end tokens.
  public var stopsAtEnd: Bool
  /// Writes something: where the model would end before the first letter, its next choice is taken.
  public var startsWithText = false
  /// Ends a text that repeats itself over and over, and keeps one copy of what is repeated.
  public var stopsAtLoops = false
  /// Leaves out what a reasoning model writes between its tokens `<think>` and `</think>` before
  /// the answer.
  public var hidesReasoning = true
  /// Guesses from what was said before and verifies several tokens at once; the text is the same
  /// without.
  public var usesLookup = true
  /// What is added to the model's weights.
  public var adapter: AdapterUse?
  /// Also tells how sure the model was of each token (``Generation/logProbabilities``).
  public var measuresConfidence = false
  /// When to end with what is there.
  public var deadline: ContinuousClock.Instant?

  public init(
    maximumTokens: Int = 256, sampling: SamplingOptions = .greedy, stops: [String] = [],
    stopsAtEnd: Bool = true, adapter: AdapterUse? = nil
  ) {
    self.maximumTokens = maximumTokens
    self.sampling = sampling
    self.stops = stops
    self.stopsAtEnd = stopsAtEnd
    self.adapter = adapter
  }
}

/// What was generated.
public struct Generation: Sendable {
  /// Why it ended.
  public enum Ending: String, Sendable, Codable {
    /// The model's end token, or one of the stops.
    case stop
    /// As many tokens as were allowed, or a full context.
    case length
    /// It repeated itself over and over.
    case loop
    /// The time was up; the text is what was there by then, and empty where the prompt was not
    /// through.
    case deadline
  }

  /// Without the token that ended it.
  public var tokens: [TokenID]
  public var text: String
  public var ending: Ending
  public var timings: InferenceTimings
  /// ln p of each token under the model's own distribution, whatever drew it; empty unless
  /// ``GenerationOptions/measuresConfidence`` is set.
  public var logProbabilities: [Float] = []
  /// Of the distribution of the first token, in nats.
  public var firstEntropy: Float = 0
  /// Whether the model would rather have written nothing (``GenerationOptions/startsWithText``).
  public var isReluctant = false
}

/// How long the parts took.
public struct InferenceTimings: Sendable, Codable, Hashable {
  /// Tokens of the prompt, and how many of them were still in the cache.
  public var promptTokens = 0
  public var cachedTokens = 0
  public var promptSeconds = 0.0
  /// From the call to the first token.
  public var firstTokenSeconds = 0.0
  public var generatedTokens = 0
  /// Tokens that were guessed and verified; those that were right are among the generated.
  public var guessedTokens = 0
  public var generationSeconds = 0.0

  public init() {}

  /// After the first token.
  public var tokensPerSecond: Double {
    generationSeconds > 0 ? Double(max(0, generatedTokens - 1)) / generationSeconds : 0
  }
}

/// The model's judgement of a text.
public struct Score: Sendable, Codable, Hashable {
  /// Negative log-likelihood: -Σ ln p over the completion's tokens.
  public var nll: Double
  public var tokens: Int
}
