package import Personalization

extension SuggestionGate {
  /// The probability that the answer would be kept, 0 to 1.
  package func probability(_ evidence: AnswerEvidence) -> Double { probability(evidence.values) }
}
