import PromptMatching
import Testing

@Suite struct GradientTests {
  /// Central differences along one direction in each part, and along one in all; also of a list that
  /// ends early.
  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func agreesWithFiniteDifferences(masked: Bool, stops: Bool) throws {
    let network =
      stops
      ? try stoppingNetwork(dimensions: 10, hidden: 6, seed: 31)
      : try learnedNetwork(dimensions: 10, hidden: 6, seed: 31)
    let signals = stops ? randomVectors(7, 4, seed: 35) : []
    let vectors = randomVectors(7, 10, seed: 32)
    let query = randomVectors(1, 10, seed: 33)
    let options = SelectionOptions(
      shots: stops ? 4 : 3, temperature: 0.7, epsilon: 0.1, pinned: masked ? [5] : [],
      muted: masked ? [0] : [], mayStop: stops)
    let list = [5, 2, 4]
    var gradient = PolicyGradient(
      network, index: try network.index(embeddings: vectors, signals: signals))
    let value = try gradient.add(list: list, query: query, options: options)
    let analytic = gradient.finish()
    #expect(analytic.count == network.parameters.count)

    func logProbability(_ parameters: [Float]) throws -> Double {
      let moved = try network.with(parameters: parameters)
      return try moved.logProbability(
        of: list, query: query,
        index: try moved.index(embeddings: vectors, signals: signals), options: options)
    }
    #expect(abs(try logProbability(network.parameters) - value) < 1e-9)
    var generator = SeededGenerator(seed: 34)
    let ranges =
      ParameterLayout.Part.allCases.map(network.layout.range).filter { !$0.isEmpty }
      + [0..<network.layout.count]
    for range in ranges {
      var direction = [Float](repeating: 0, count: network.layout.count)
      for i in range { direction[i] = Float(generator.normal()) }
      let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      direction = direction.map { $0 / norm }
      let step: Float = 0.01
      let up = zip(network.parameters, direction).map { $0 + step * $1 }
      let down = zip(network.parameters, direction).map { $0 - step * $1 }
      let numeric = (try logProbability(up) - logProbability(down)) / Double(2 * step)
      let slope = zip(analytic, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(numeric - slope) < 1e-3 * max(1, abs(slope)), "\(range): \(numeric), \(slope)")
    }
  }

  @Test func weightsScaleAndAddUp() throws {
    let network = try learnedNetwork(dimensions: 10, hidden: 6, seed: 41)
    let index = try network.index(embeddings: randomVectors(7, 10, seed: 42))
    let query = randomVectors(1, 10, seed: 43)
    var once = PolicyGradient(network, index: index)
    try once.add(list: [1, 3], query: query, options: .init(shots: 2, temperature: 0.5))
    var cancelled = once
    try cancelled.add(
      list: [1, 3], query: query, options: .init(shots: 2, temperature: 0.5), weight: -1)
    #expect(once.finish().contains { abs($0) > 1e-3 })
    #expect(cancelled.finish().allSatisfy { abs($0) < 1e-4 })
  }

  @Test func aStepUphillMakesTheListLikelierFromDayZero() throws {
    let network = MatchingNetwork.dayZero(
      dimensions: 16, hidden: 4, encoderIdentity: "test", seed: 51)
    let vectors = randomVectors(9, 16, seed: 52)
    let query = randomVectors(1, 16, seed: 53)
    let options = SelectionOptions(shots: 2, temperature: 0.3)
    var gradient = PolicyGradient(network, index: try network.index(embeddings: vectors))
    let before = try gradient.add(list: [7, 0], query: query, options: options)
    let moved = try network.with(
      parameters: zip(network.parameters, gradient.finish()).map { $0 + 0.01 * $1 })
    let after = try moved.logProbability(
      of: [7, 0], query: query, index: try moved.index(embeddings: vectors), options: options)
    #expect(after > before)
  }
}
