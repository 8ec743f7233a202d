/// What a training knows between two steps, beside its parameters and moments.
struct TrainingState: Codable {
  var step = 0
  var steps: Int
  var tokens = 0
  var losses: [Double] = []
  var offset = 0.0
  var measurements: [AdapterTraining.Measurement] = []
  /// The measurement of the best parameters.
  var best: AdapterTraining.Measurement?
  /// The best parameters; stored apart.
  var bestValues: [Float] = []

  enum CodingKeys: String, CodingKey {
    case step, steps, tokens, losses, offset, measurements, best
  }

  init(steps: Int) { self.steps = steps }

  /// The latest measurement is the best one.
  mutating func remember(_ adapter: AdapterParameters) {
    best = measurements.last
    let vector = adapter.vector
    bestValues = [Float](UnsafeBufferPointer(start: vector.values, count: vector.count))
  }

  /// Puts the best parameters back.
  func recall(_ adapter: AdapterParameters) {
    guard best != nil, bestValues.count == adapter.vector.count else { return }
    bestValues.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      adapter.vector.values.update(from: start, count: values.count)
    }
  }
}
