/// How far a training is.
package struct TrainingProgress: Sendable {
  package var step, steps: Int
  /// Per predicted token, of the latest step.
  package var loss: Double
  /// The latest measurement.
  package var heldOut: Double?
  package var tokensPerSecond: Double
  package var secondsLeft: Double
}

/// What became of a training.
package struct TrainingResult: Sendable {
  package var steps = 0
  package var tokens = 0
  package var tokensPerSecond = 0.0
  package var seconds = 0.0
  package var trainingExamples = 0
  package var heldOutExamples = 0
  /// Negative log likelihood per answer token of the held-out examples.
  package var before: Double?
  package var after: Double?
  /// The step after which the parameters that are kept were measured.
  package var bestStep = 0
  /// Mean loss per predicted token of each step.
  package var losses: [Double] = []
  package var measurements: [TrainingMeasurement] = []
  package var stoppedEarly = false

  /// Whether the held-out examples say that it gained something; false where there are none.
  package var isBetter: Bool {
    guard let before, let after else { return false }
    return after < before
  }
}

package struct TrainingMeasurement: Sendable, Codable {
  package var step: Int
  package var heldOut: Double
}
