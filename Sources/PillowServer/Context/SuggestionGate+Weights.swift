// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 0.6115,
    weights: [
      1.0587,
      0.0000,
      0.0000,
      -0.6108,
      0.0000,
      -0.6504,
      -3.0867,
      0.9351,
      1.4877,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      1.3190,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
    ])
}
