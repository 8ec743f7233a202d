// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 0.4317,
    weights: [
      1.6477,
      0.3636,
      -0.0518,
      -0.4938,
      1.1635,
      0.3915,
      -9.0453,
      0.0000,
      0.9501,
      0.0000,
      -0.0518,
      -0.2293,
      0.2297,
      0.2543,
      -0.6494,
      -1.6372,
      3.7751,
      0.3915,
      -0.1938,
    ])
}
