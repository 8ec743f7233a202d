internal import Foundation

/// The policy for one query, from pick to pick.
struct PolicyState {
  let network: MatchingNetwork
  let index: ExemplarIndex
  let query: [Float]
  let temperature: Double
  let epsilon: Double
  /// Whether ending the list is a choice.
  let mayStop: Bool
  /// mapped · query (+ offsets): the part that does not change from pick to pick.
  let base: [Float]
  var available: [Bool]
  var availableCount: Int
  var chosen: [Int] = []
  private var chosenSum: [Float]

  init(
    _ network: MatchingNetwork, _ index: ExemplarIndex, query: [Float], options: SelectionOptions
  ) throws(PromptMatchingError) {
    try options.validate()
    let d = network.layout.dimensions
    guard index.dimensions == d else {
      throw .wrongDimensions(expected: d, found: index.dimensions)
    }
    guard index.fingerprint == network.fingerprint else { throw .staleIndex }
    self.network = network
    self.index = index
    self.query = try network.unitQuery(query)
    self.temperature = options.temperature
    self.epsilon = options.epsilon
    mayStop = options.mayStop && network.layout.stops
    var base = products(index.mapped, count: index.count, with: self.query, columns: d)
    for added in [index.offsets, index.signalScores].compactMap(\.self) {
      for i in base.indices { base[i] += added[i] }
    }
    if !options.shifts.isEmpty {
      guard options.shifts.count == index.count else {
        throw .invalidOption(
          "There are \(options.shifts.count) shifts for \(index.count) exemplars.")
      }
      for i in base.indices { base[i] += options.shifts[i] }
    }
    self.base = base
    available = [Bool](repeating: true, count: index.count)
    availableCount = index.count
    chosenSum = [Float](repeating: 0, count: d)
    for muted in options.muted where available.indices.contains(muted) {
      available[muted] = false
      availableCount -= 1
    }
  }

  /// [instruction; mean of the chosen].
  var input: [Float] {
    let share = chosen.isEmpty ? 0 : 1 / Float(chosen.count)
    return query + chosenSum.map { $0 * share }
  }

  func scores() -> [Float] {
    guard let projections = index.projections else { return base }
    let h = network.layout.hidden
    var scores = products(
      projections, count: index.count, with: network.stateHidden(input), columns: h)
    for i in scores.indices { scores[i] += base[i] }
    return scores
  }

  /// The score of ending the list here.
  func stopScore() -> Float {
    let input = input
    let vector = network.stateVector(input, hidden: network.stateHidden(input))
    return network.stopScore(vector, chosen: chosen.count)
  }

  /// Softmax over what is available and, where the list may end, its end, which comes last; 0
  /// elsewhere. Sums to 1.
  func softmax() -> [Double] {
    var scores = scores()
    var available = available
    if mayStop {
      scores.append(stopScore())
      available.append(true)
    }
    var highest = -Float.infinity
    for i in scores.indices where available[i] { highest = max(highest, scores[i]) }
    let scale = 1 / temperature
    var sum = 0.0
    var weights = [Double](repeating: 0, count: scores.count)
    for i in scores.indices where available[i] {
      let weight = exp((Double(scores[i]) - Double(highest)) * scale)
      weights[i] = weight
      sum += weight
    }
    let inverse = 1 / sum
    for i in weights.indices { weights[i] *= inverse }
    return weights
  }

  /// A pick's probability with the ε floor.
  func mixed(_ softmax: Double) -> Double {
    (1 - epsilon) * softmax + epsilon / Double(availableCount + (mayStop ? 1 : 0))
  }

  mutating func choose(_ pick: Int) {
    available[pick] = false
    availableCount -= 1
    chosen.append(pick)
    let d = index.dimensions
    index.inputs.withUnsafeBufferPointer { rows in
      chosenSum.withUnsafeMutableBufferPointer { sum in
        guard let from = rows.baseAddress, let to = sum.baseAddress else { return }
        addScaled(1, from + pick * d, to: to, d)
      }
    }
  }

  func cosine(_ pick: Int) -> Float {
    let d = index.dimensions
    return index.inputs.withUnsafeBufferPointer { rows in
      query.withUnsafeBufferPointer { right in
        guard let from = rows.baseAddress, let q = right.baseAddress else { return 0 }
        return dot(from + pick * d, q, d)
      }
    }
  }
}
