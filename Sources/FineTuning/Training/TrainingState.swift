/// What a training knows between two steps, beside its parameters and moments.
struct TrainingState: Codable {
  var step = 0
  var steps: Int
  var tokens = 0
  var losses: [Double] = []
  var offset = 0.0
  var measurements: [TrainingMeasurement] = []
  /// The measurement of the best parameters.
  var best: TrainingMeasurement?
  /// The best parameters; stored apart.
  var bestValues: [Float] = []

  enum CodingKeys: String, CodingKey {
    case step, steps, tokens, losses, offset, measurements, best
  }

  init(steps: Int) { self.steps = steps }

  /// The latest measurement is the best one.
  mutating func remember(_ parameters: some TrainedParameters) {
    best = measurements.last
    let vector = parameters.vector
    bestValues = [Float](UnsafeBufferPointer(start: vector.values, count: vector.count))
  }

  /// Puts the best parameters back.
  func recall(_ parameters: some TrainedParameters) {
    guard best != nil, bestValues.count == parameters.vector.count else { return }
    bestValues.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      parameters.vector.values.update(from: start, count: values.count)
    }
  }
}
