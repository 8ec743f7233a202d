public import LanguageModel
public import OutputForms

/// How an answer is made.
public struct CompletionOptions: Sendable {
  public var maximumTokens: Int
  public var sampling: SamplingOptions
  /// Guesses tokens from the prompt and verifies several at once; the text is the same without.
  public var usesLookup = true
  /// When to stop and return what is there.
  public var deadline: ContinuousClock.Instant?
  /// Whether a growing answer is complete, so that nothing that follows would be kept. It sees the
  /// answer so far, after each piece.
  public var isComplete: (@Sendable (String) -> Bool)?
  /// The form that the answer gets; nil for an answer of any form.
  public var form: RequestedForm?

  public init(maximumTokens: Int = 256, sampling: SamplingOptions = .greedy) {
    self.maximumTokens = maximumTokens
    self.sampling = sampling
  }
}

/// What an engine wrote.
public struct Completion: Sendable {
  public var text: String
  public var identity: EngineIdentity
  /// The shots that were in the prompt, as positions in the conversation's `shots`.
  public var shots: [Int]
  public var ending: Generation.Ending
  public var timings: InferenceTimings
  /// The form that the text was written in; nil where none was imposed.
  public var form: OutputForm?
  /// ln p of each token of the text, without what the prompt opened it with; empty from an engine
  /// that does not tell.
  public var logProbabilities: [Float] = []
  /// Of the distribution of the first token, in nats.
  public var firstEntropy: Float = 0
  /// Whether the model would rather have written nothing.
  public var isReluctant = false
  /// Whether it was made of the most likely token at each place.
  public var isLikeliest = false

  public init(
    text: String, identity: EngineIdentity, shots: [Int], ending: Generation.Ending = .stop,
    timings: InferenceTimings = InferenceTimings()
  ) {
    self.text = text
    self.identity = identity
    self.shots = shots
    self.ending = ending
    self.timings = timings
  }
}
