// Made by Scripts/train-suggestion-gate; do not edit.

package import Personalization

extension SuggestionGate {
  /// Fitted on answers of the default model.
  package static let shipped = SuggestionGate(
    bias: 0.5898,
    weights: [
      1.3649,
      -0.1530,
      0.0710,
      -0.6747,
      0.2971,
      -0.6195,
      -3.7358,
      0.9742,
      0.6902,
      0.0000,
      -0.1447,
      0.1770,
      -0.2041,
      -0.6116,
      -1.0339,
      -0.6787,
      1.1379,
      0.0391,
      0.6902,
      0.0000,
      0.0000,
      0.0241,
    ])
}
