// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 1.8791,
    weights: [
      2.3841,
      0.0000,
      0.0000,
      -0.8779,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      1.9594,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      1.0249,
      0.0000,
      0.4574,
      2.1187,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
    ])
}
