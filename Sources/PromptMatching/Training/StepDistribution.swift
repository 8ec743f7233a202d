internal import Foundation

/// The policy over the whole pool in many states at once: one row per state.
struct StepDistribution {
  let pass: HeadPass
  /// Softmax over what is available, [rows × n]; 0 elsewhere.
  let softmax: Matrix
  /// How many exemplars a row can pick from.
  let availableCounts: [Int]
  let epsilon: Double

  /// - Parameters:
  ///   - states: [rows × 2d]: the query, then the mean of the chosen exemplars.
  ///   - exemplars: the exemplar head's pass over the pool.
  ///   - available: by row, what can be picked.
  init(
    _ network: MatchingNetwork, states: Matrix, exemplars: HeadPass, available: [Availability],
    temperature: Double, epsilon: Double
  ) {
    pass = network.forward(.state, states)
    var scores = pass.output.timesTransposed(exemplars.output)
    let n = scores.columns
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
