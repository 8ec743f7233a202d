// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 1.9622,
    weights: [
      3.1914,
      0.0000,
      0.0000,
      -0.6407,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      2.0462,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.2750,
      0.0000,
      -1.0697,
      1.9732,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
    ])
}
