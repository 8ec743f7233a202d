public import PromptPool

/// What one outcome teaches: its numbers without its texts.
public struct Observation: Sendable, Equatable {
  public var id: Int64
  /// The instruction's unit vector.
  var vector: UnitCodes
  /// The instruction's words and language: equal ones are a like context whatever the vector.
  var context: ContextKey
  var shots: [OutcomeShot]
  /// Nil while it is censored.
  var reward: Double?
  var weight: Double
  var isRejected: Bool
  var isAccepted: Bool
  /// Whether it was on show and kept; nil where it was not shown, or nobody knows.
  var isShownAndKept: Bool?
  /// What the gate learns from.
  public var label: GateLabel?

  /// What another person's outcome teaches about exemplars; it says nothing of like contexts here.
  public init(ofOthers shots: [OutcomeShot], reward: Double, weight: Double) {
    id = 0
    vector = UnitCodes([])
    context = ContextKey("", "", nil)
    self.shots = shots
    self.reward = reward
    self.weight = weight
    isRejected = false
    isAccepted = false
  }

  public init(_ outcome: Outcome) {
    id = outcome.id
    vector = UnitCodes(outcome.vector)
    context = ContextKey(outcome.instruction, outcome.input, outcome.language)
    shots = outcome.shots
    let reward = outcome.reward
    self.reward = reward?.value
    weight = reward?.weight ?? 0
    isRejected = outcome.event == .rejected
    isShownAndKept = outcome.wasShown ? outcome.isKept : nil
    isAccepted = outcome.event == .accepted || outcome.event == .partlyAccepted
    label =
      outcome.evidence.isEmpty
      ? nil
      : outcome.isKept.map {
        GateLabel(
          evidence: outcome.evidence, isKept: $0, keptCharacters: Double(outcome.keptCharacters))
      }
  }
}

/// Tells instructions apart by what they say and not by how they are spaced.
public struct ContextKey: Sendable, Hashable {
  private let words: Int
  private let language: String?

  public init(_ instruction: String, _ input: String, _ language: String?) {
    var hasher = Hasher()
    for text in [instruction, input] {
      for word in text.lowercased().split(whereSeparator: \.isWhitespace) { hasher.combine(word) }
      hasher.combine(0)
    }
    words = hasher.finalize()
    self.language = language
  }
}
