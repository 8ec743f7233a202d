// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 1.7315,
    weights: [
      2.9900,
      0.0000,
      0.0000,
      -0.5935,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      1.2316,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0511,
      0.0000,
      -1.0536,
      1.9295,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
      0.0000,
    ])
}
