import Foundation

/// Decides whether an answer is worth showing: a logistic model of how likely it would be kept as
/// it is.
///
/// What the user asks for explicitly is never withheld.
package struct SuggestionGate: Sendable, Equatable {
  package var bias: Double
  /// In the order of `AnswerEvidence.names`.
  package var weights: [Double]

  package init(bias: Double, weights: [Double]) {
    self.bias = bias
    self.weights = weights
  }

  /// The probability that the answer would be kept, 0 to 1.
  package func probability(_ evidence: AnswerEvidence) -> Double {
    let score = zip(weights, evidence.values).reduce(bias) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-score))
  }

  /// Faults after which nothing is shown by itself, however sure the model is.
  package static let disqualifying: Set<AnswerFault> = [
    .echo, .repetition, .unbalanced, .unfinished, .unknownNames, .otherLanguage, .danger, .pattern,
    .message, .inventedNumbers, .reluctant,
  ]
}
