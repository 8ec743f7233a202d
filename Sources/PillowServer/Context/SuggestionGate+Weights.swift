// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 0.9867,
    weights: [
      3.3652,
      0.0000,
      0.0000,
      -0.2799,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.8303,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      -0.3515,
      0.0000,
      0.0269,
      3.1443,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
    ])
}
