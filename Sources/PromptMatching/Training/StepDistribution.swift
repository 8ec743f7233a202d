internal import Foundation

/// The policy over the whole pool in many states at once: one row per state.
struct StepDistribution {
  let pass: HeadPass
  /// Softmax over what is available, [rows × n], where lists may end early [rows × (n + 1)]; 0
  /// elsewhere.
  let softmax: Matrix
  /// How many choices each row has. The end of the list counts as one.
  let availableCounts: [Int]
  /// By row and exemplar; empty for a network that weighs none.
  let signals: [[Int: [Float]]]
  /// By row, how many exemplars are chosen already.
  let chosen: [Int]
  let mayStop: Bool
  let epsilon: Double

  /// - Parameters:
  ///   - states: [rows × 2d]: the query, then the mean of the chosen exemplars.
  ///   - targets: the exemplars' vectors, and that of the list's end where it is a choice.
  ///   - chosen: by row, how many exemplars are chosen already.
  ///   - available: by row, what can be picked.
  ///   - signals: by row and exemplar; empty for a network that weighs none.
  init(
    _ network: MatchingNetwork, states: Matrix, targets: Matrix, chosen: [Int],
    available: [Availability], signals: [[Int: [Float]]], mayStop: Bool, temperature: Double,
    epsilon: Double
  ) {
    pass = network.forward(.state, states)
    self.signals = signals
    self.chosen = chosen
    self.mayStop = mayStop
    var scores = pass.output.timesTransposed(targets)
    let n = scores.columns
    let weights = Array(network.parameters[network.layout.range(of: .signalWeights)])
    for (row, signals) in signals.enumerated() {
      for (pick, values) in signals {
        scores.values[row * n + pick] += zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    if mayStop {
      let stops = network.layout.range(of: .stopScores).lowerBound
      for row in available.indices {
        scores.values[row * n + n - 1] += network.parameters[stops + min(chosen[row], 1)]
      }
    }
    let scale = Float(1 / temperature)
    scores.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for (row, mask) in available.enumerated() {
        softmaxInPlace(UnsafeMutableBufferPointer(start: base + row * n, count: n), mask, scale)
      }
    }
    softmax = scores
    availableCounts = available.map { $0.count(of: n) }
    self.epsilon = epsilon
  }

  /// Adds to `gradient` that of the parameters, but those of the exemplar head, for ∂/∂scores.
  ///
  /// - Parameter slopes: [rows × columns of the softmax].
  /// - Returns: ∂/∂ the exemplars' vectors, [n × d].
  func backward(
    _ network: MatchingNetwork, slopes: Matrix, targets: Matrix, into gradient: inout [Float]
  ) -> Matrix {
    network.backward(pass, outputGradient: slopes.times(targets), into: &gradient)
    let columns = slopes.columns
    let weights = network.layout.range(of: .signalWeights).lowerBound
    for (row, signals) in signals.enumerated() {
      for (pick, values) in signals.sorted(by: { $0.key < $1.key }) {
        let slope = slopes.values[row * columns + pick]
        for (place, value) in values.prefix(network.layout.signals).enumerated() {
          gradient[weights + place] += slope * value
        }
      }
    }
    let vectors = slopes.transposedTimes(pass.output)
    guard mayStop else { return vectors }
    let stops = network.layout.range(of: .stopScores).lowerBound
    for row in 0..<slopes.rows {
      gradient[stops + min(chosen[row], 1)] += slopes.values[row * columns + columns - 1]
    }
    let last = vectors.row(columns - 1)
    for (place, value) in zip(network.layout.range(of: .stopVector), last) {
      gradient[place] += value
    }
    return Matrix(
      rows: columns - 1, columns: vectors.columns,
      values: Array(vectors.values.dropLast(last.count)))
  }

  /// The probability of a pick with the ε floor.
  func probability(row: Int, pick: Int) -> Double {
    (1 - epsilon) * Double(softmax.values[row * softmax.columns + pick])
      + epsilon / Double(availableCounts[row])
  }

  /// −Σ p·log p of a row, natural logarithm.
  func entropy(row: Int) -> Double {
    var sum = 0.0
    for p in softmax.row(row) where p > 0 { sum -= Double(p) * log(Double(p)) }
    return sum
  }

  /// Draws from a row, by inversion in the pool's order.
  func draw(row: Int, _ available: Availability, _ generator: inout SeededGenerator) -> Int? {
    var rest = generator.uniform()
    var last: Int?
    for pick in 0..<softmax.columns where available.contains(pick) {
      let p = probability(row: row, pick: pick)
      guard p > 0 else { continue }
      last = pick
      rest -= p
      if rest < 0 { break }
    }
    return last
  }

  /// The most likely of a row; ties go to the first.
  func likeliest(row: Int, _ available: Availability) -> Int? {
    var best: (pick: Int, p: Float)?
    for pick in 0..<softmax.columns where available.contains(pick) {
      let p = softmax.values[row * softmax.columns + pick]
      if best.map({ p > $0.p }) ?? true { best = (pick, p) }
    }
    return best?.pick
  }
}

private func softmaxInPlace(
  _ scores: UnsafeMutableBufferPointer<Float>, _ available: Availability, _ scale: Float
) {
  var highest = -Float.infinity
  available.forEach(below: scores.count) { highest = max(highest, scores[$0]) }
  var sum: Float = 0
  available.forEach(below: scores.count) { place in
    scores[place] = expf((scores[place] - highest) * scale)
    sum += scores[place]
  }
  let inverse = sum > 0 ? 1 / sum : 0
  available.forEach(below: scores.count) { scores[$0] *= inverse }
  available.forEachMissing(below: scores.count) { scores[$0] = 0 }
}
