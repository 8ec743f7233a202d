import Foundation
import PromptMatching
import TestSupport
import Testing

@Suite struct PolicyLossTests {
  private struct Golden: Decodable {
    struct Row: Decodable {
      let query: Int
      let picks: [Int]
      let logProbabilities: [Double]
    }
    let dimensions, hidden: Int
    let temperature, epsilon, entropyWeight, clip, objective: Double
    let pool, queries, parameters, gradient: [Float]
    let episodes: [Row]
    let advantages: [Double]
  }

  /// `Scripts/golden/matcher.py`: PyTorch in float64, some of its ratios clipped.
  @Test func objectiveAndGradientAreThoseOfPyTorch() throws {
    let url = TestPaths.package.appending(
      path: "Tests/PromptMatchingTests/Resources/matcher-gradient.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let problem = try TrainingProblem(
      pool: golden.pool, queries: golden.queries, dimensions: golden.dimensions,
      encoderIdentity: "test")
    let network = try MatchingNetwork(
      layout: .init(dimensions: golden.dimensions, hidden: golden.hidden),
      encoderIdentity: "test", parameters: golden.parameters)
    var options = TrainingOptions()
    options.temperature = golden.temperature
    options.epsilon = golden.epsilon
    options.entropyWeight = golden.entropyWeight
    options.clip = golden.clip
    let (value, gradient) = MatcherTraining.objective(
      network, problem, lists: golden.episodes.map { .init(query: $0.query, picks: $0.picks) },
      logProbabilities: golden.episodes.map(\.logProbabilities), advantages: golden.advantages,
      options: options)
    #expect(abs(value - golden.objective) < 1e-5)
    let largest = zip(gradient, golden.gradient).map { abs($0 - $1) }.max() ?? .infinity
    #expect(gradient.count == golden.gradient.count)
    #expect(golden.gradient.contains { abs($0) > 0.01 })
    #expect(largest < 1e-5, "largest difference \(largest)")
  }

  @Test func oneListIsWhatTheSingleGradientSays() throws {
    let network = try learnedNetwork(dimensions: 10, hidden: 6, seed: 71)
    let pool = randomVectors(7, 10, seed: 72)
    let query = randomVectors(1, 10, seed: 73)
    let list = [4, 2, 6]
    var options = TrainingOptions()
    options.temperature = 0.6
    options.entropyWeight = 0
    let selection = SelectionOptions(shots: 3, temperature: 0.6)
    var single = PolicyGradient(network, index: try network.index(embeddings: pool))
    try single.add(list: list, query: query, options: selection)
    let index = try network.index(embeddings: pool)
    let steps = try (1...3).map { length in
      try network.logProbability(
        of: Array(list.prefix(length)), query: query, index: index, options: selection)
        - network.logProbability(
          of: Array(list.prefix(length - 1)), query: query, index: index, options: selection)
    }
    let batch = MatcherTraining.objective(
      network,
      try TrainingProblem(pool: pool, queries: query, dimensions: 10, encoderIdentity: "test"),
      lists: [.init(query: 0, picks: list)], logProbabilities: [steps], advantages: [1],
      options: options)
    for (a, b) in zip(batch.gradient, single.finish()) { #expect(abs(a - b / 3) < 1e-4) }
  }

  /// With signals, and lists that end early or are empty.
  @Test(arguments: [[4, 2], []]) func oneListThatEndsIsWhatTheSingleGradientSays(list: [Int]) throws
  {
    let network = try stoppingNetwork(dimensions: 10, hidden: 6, seed: 71)
    let pool = randomVectors(7, 10, seed: 72)
    let query = randomVectors(1, 10, seed: 73)
    let exemplars = (0..<7).map {
      Demonstration(instruction: "count the \($0) rows of file \($0 % 3)", output: "\($0)")
    }
    let asked = InstructionRequest(instruction: "count the rows of file 2")
    let found = CandidateFinder(EmbeddedPool(vectors: pool, dimensions: 10), exemplars: exemplars)
      .find(MatchQuery(asked, embedding: query), count: 7)
    let places = (0..<7).map { row in found.rows.firstIndex(of: row) ?? 0 }
    let signals = places.flatMap { found.signals[$0 * 4..<$0 * 4 + 4] }
    #expect(Set(signals).count > 4)
    var options = TrainingOptions()
    options.temperature = 0.6
    options.entropyWeight = 0
    let selection = SelectionOptions(shots: 3, temperature: 0.6, mayStop: true)
    let index = try network.index(embeddings: pool, signals: signals)
    var single = PolicyGradient(network, index: index)
    let whole = try single.add(list: list, query: query, options: selection)
    let problem = try TrainingProblem(
      pool: pool, queries: query, dimensions: 10, encoderIdentity: "test"
    ).described(pool: exemplars, queries: [asked])
    // The ratio of each step is 1 only with the probabilities of the list's own steps; their sum is
    // that of the list.
    let steps = try stepLogProbabilities(list, network, index, query, selection)
    #expect(abs(steps.reduce(0, +) - whole) < 1e-9)
    let batch = MatcherTraining.objective(
      network, problem, lists: [.init(query: 0, picks: list)], logProbabilities: [steps],
      advantages: [1], options: options)
    let count = Float(steps.count)
    for (a, b) in zip(batch.gradient, single.finish()) { #expect(abs(a - b / count) < 1e-4) }
  }

  /// Of each pick and of the end.
  private func stepLogProbabilities(
    _ list: [Int], _ network: MatchingNetwork, _ index: ExemplarIndex, _ query: [Float],
    _ options: SelectionOptions
  ) throws -> [Double] {
    let ends = try (0...list.count).map { length -> Double in
      var prefix = options
      prefix.shots = length
      return try network.logProbability(
        of: Array(list.prefix(length)), query: query, index: index, options: prefix)
    }
    let whole = try network.logProbability(of: list, query: query, index: index, options: options)
    return zip(ends.dropFirst(), ends).map { $0 - $1 } + [whole - (ends.last ?? 0)]
  }

  @Test func theBaselineLeavesOneOut() {
    let advantages = MatcherTraining.advantages([1, 0, 0, 5, 5, 5], group: 3)
    // 1 − 0, 0 − ½, 0 − ½, then nothing; over their root mean square ½.
    for (value, expected) in zip(advantages, [2.0, -1, -1, 0, 0, 0]) {
      #expect(abs(value - expected) < 1e-9)
    }
    #expect(MatcherTraining.advantages([3, 3, 3], group: 3) == [0, 0, 0])
  }
}
