/// One of several answers to a request, and what speaks for it.
public struct Candidate: Sendable {
  public var completion: Completion
  /// The answer as it would be used: without what its engine wrote around it.
  public var text: String
  public var evidence: CandidateEvidence
  /// The higher, the better among the candidates of one request.
  public var score: Double
}

/// What speaks for a candidate.
public struct CandidateEvidence: Sendable, Hashable {
  /// ln p per token of the answer; 0 from an engine that does not tell.
  public var meanLogProbability = 0.0
  /// Of the token that was least likely.
  public var leastLogProbability = 0.0
  /// How alike it is to the other candidates, 0 to 1 (minimum Bayes risk): code by its structure,
  /// prose by its text.
  public var agreement = 1.0
  /// ln p of the instruction given the answer, per character of the instruction, with the roles in
  /// the conversation turned round (noisy channel); nil where it was not asked for.
  public var instructionLogProbability: Double?
  /// Faults that cheap checks have found: brackets left open, an end that never came.
  public var faults = 0
  /// How far its marks are those of the exemplars, 0 to 1.
  public var form = 1.0
  /// Whether every token was the most likely one.
  public var isLikeliest = false

  public init() {}

  /// Names of ``values``, in their order.
  public static let names = [
    "meanLogProbability", "leastLogProbability", "agreement", "instructionLogProbability",
    "faults", "form", "isLikeliest",
  ]

  /// As numbers of about the same size, for a linear model; unknown ones are 0.
  public var values: [Double] {
    [
      max(meanLogProbability, -3), max(leastLogProbability, -8), agreement,
      max(instructionLogProbability ?? 0, -3), Double(min(faults, 3)), form, isLikeliest ? 1 : 0,
    ]
  }
}
