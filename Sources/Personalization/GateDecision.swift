import PromptMatching

/// Whether an answer is shown by itself, and how that came about.
public struct GateDecision: Sendable, Equatable {
  public var isShown: Bool
  /// That the answer would be kept.
  public var probability: Double
  /// The least probability with which answers are shown.
  public var threshold: Double
  /// The probability of being shown, which estimates from the log need: less than 1 where the learned
  /// gate would withhold it.
  public var showProbability: Double

  /// - Parameters:
  ///   - evidence: of the answer.
  ///   - gate: fitted to the project; nil for the shipped one.
  ///   - shipped: serves where nothing was learned.
  ///   - least: what the settings ask for; below it nothing is shown for the sake of learning.
  ///   - seed: repeats the draw; one per answer.
  public init(
    _ evidence: [Double], gate: CalibratedGate?, shipped: SuggestionGate, least: Double,
    seed: UInt64
  ) {
    probability = (gate?.model ?? shipped).probability(evidence)
    threshold = max(least, gate?.threshold ?? 0)
    guard probability < threshold else {
      (isShown, showProbability) = (true, 1)
      return
    }
    guard probability >= least else {
      (isShown, showProbability) = (false, 0)
      return
    }
    var generator = SeededGenerator(seed: seed)
    showProbability = GateCalibration.shownAnyway
    isShown = generator.uniform() < showProbability
  }
}
