package import Personalization

extension SuggestionGate {
  /// The probability that the answer would be kept, 0 to 1.
  package func probability(_ evidence: AnswerEvidence) -> Double { probability(evidence.values) }

  /// Faults after which nothing is shown by itself, however sure the model is.
  package static let disqualifying: Set<AnswerFault> = [
    .echo, .repetition, .unbalanced, .unfinished, .unknownNames, .otherLanguage, .danger, .pattern,
    .message, .inventedNumbers, .slip, .tooLong, .reluctant,
  ]
}
