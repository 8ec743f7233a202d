import Foundation
import PromptMatching
import Testing

@Suite struct SelectionTests {
  private func small() throws -> (MatchingNetwork, ExemplarIndex, [Float]) {
    let network = try learnedNetwork(dimensions: 12, hidden: 5, seed: 3)
    let index = try network.index(embeddings: randomVectors(6, 12, seed: 4))
    return (network, index, randomVectors(1, 12, seed: 5))
  }

  @Test(arguments: [0, 0.2, 1]) func propensitiesSumToOneOverAllLists(epsilon: Double) throws {
    let (network, index, query) = try small()
    let options = SelectionOptions(shots: 3, temperature: 0.4, epsilon: epsilon)
    let sum = try orderedLists(Array(0..<6), length: 3).reduce(0.0) {
      $0 + exp(try network.logProbability(of: $1, query: query, index: index, options: options))
    }
    #expect(abs(sum - 1) < 1e-9)
  }

  @Test func propensitiesSumToOneWithPinnedAndMuted() throws {
    let (network, index, query) = try small()
    let options = SelectionOptions(
      shots: 3, temperature: 0.4, epsilon: 0.1, pinned: [4], muted: [1])
    let lists = orderedLists([0, 2, 3, 5], length: 2).map { [4] + $0 }
    let sum = try lists.reduce(0.0) {
      $0 + exp(try network.logProbability(of: $1, query: query, index: index, options: options))
    }
    #expect(abs(sum - 1) < 1e-9)
  }

  /// With the empty list and shorter ones; pinned exemplars enter in any case.
  @Test(arguments: [[], [4]], [0, 0.2, 1])
  func propensitiesSumToOneWhereListsMayEnd(pinned: [Int], epsilon: Double) throws {
    let network = try stoppingNetwork(dimensions: 12, hidden: 5, seed: 3)
    let index = try network.index(
      embeddings: randomVectors(6, 12, seed: 4), signals: randomVectors(6, 4, seed: 6))
    let query = randomVectors(1, 12, seed: 5)
    let options = SelectionOptions(
      shots: 3, temperature: 2, epsilon: epsilon, pinned: pinned, muted: [1], mayStop: true)
    let free = [0, 2, 3, 4, 5].filter { !pinned.contains($0) }
    let lists = (0...3 - pinned.count).flatMap { orderedLists(free, length: $0) }
    let probabilities = try lists.map {
      exp(
        try network.logProbability(
          of: pinned + $0, query: query, index: index, options: options))
    }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
    #expect(probabilities[0] > 0.001)
    var ends: Set<Int> = []
    for seed in 0..<200 as Range<UInt64> {
      var drawn = options
      drawn.seed = seed
      let selection = try network.select(query: query, from: index, options: drawn)
      let picks = selection.picks.map(\.index)
      let expected = try network.logProbability(
        of: picks, query: query, index: index, options: drawn)
      #expect(abs(log(selection.propensity) - expected) < 1e-12)
      #expect((selection.stopProbability != nil) == (picks.count < 3))
      ends.insert(picks.count)
    }
    #expect(ends == Set(pinned.count...3))
  }

  /// Signals that came later are left out, or get a prior's weights.
  @Test func anEarlierNetworkReadsTheSignalsThatItKnows() throws {
    let layout = ParameterLayout(dimensions: 2, hidden: 2, signals: 3, stops: true)
    var parameters = [Float](repeating: 0, count: layout.count)
    parameters.replaceSubrange(layout.range(of: .signalWeights), with: [1, 2, 3])
    let network = try MatchingNetwork(
      layout: layout, encoderIdentity: "test", parameters: parameters)
    let known = try network.index(
      embeddings: [1, 0, 0, 1], signals: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    let more = try network.index(
      embeddings: [1, 0, 0, 1], signals: [0.1, 0.2, 0.3, 9, 0.4, 0.5, 0.6, 9])
    let options = SelectionOptions(shots: 2, greedy: true)
    let wanted = try network.select(query: [1, 0], from: known, options: options)
    let found = try network.select(query: [1, 0], from: more, options: options)
    #expect(found.picks == wanted.picks)
    #expect(throws: PromptMatchingError.self) {
      try network.index(embeddings: [1, 0, 0, 1], signals: [0.1, 0.2, 0.4, 0.5])
    }
    let prior = MatchingPrior(
      words: 7, form: 7, brevity: 7, agreement: 5, firstStop: 0, laterStop: 0)
    let wider = network.adding(signalsOf: prior)
    #expect(
      Array(wider.parameters[wider.layout.range(of: .signalWeights)]) == [1, 2, 3, 5])
    #expect(wider.adding(signalsOf: prior) == wider)
    let plain = try learnedNetwork(dimensions: 2, hidden: 2, seed: 1)
    #expect(plain.adding(signalsOf: prior) == plain)
  }

  /// Day zero leaves exemplars out below its threshold, and only then.
  @Test func dayZeroEndsWhereNothingIsGoodEnough() throws {
    let network = MatchingNetwork.dayZero(
      dimensions: 2, hidden: 2, encoderIdentity: "test",
      prior: MatchingPrior(
        words: 0.5, form: 1, brevity: 0.2, agreement: 0.6, firstStop: 0.5, laterStop: -2))
    func picks(
      _ cosine: Float, words: Float, form: Float, brevity: Float = 0, mayStop: Bool = true
    ) throws -> [Int] {
      let index = try network.index(
        embeddings: [cosine, (1 - cosine * cosine).squareRoot(), -1, 0],
        signals: [words, form, brevity, 0, 0, 0, brevity, 0])
      return try network.select(
        query: [1, 0], from: index, options: .init(shots: 2, greedy: true, mayStop: mayStop)
      ).picks.map(\.index)
    }
    #expect(try picks(0.4, words: 0, form: 0).isEmpty)
    #expect(try picks(0.4, words: 0, form: 0, mayStop: false) == [0, 1])
    #expect(try picks(0.6, words: 0, form: 0) == [0, 1])
    #expect(try picks(0.4, words: 0.4, form: 0) == [0, 1])
    #expect(try picks(0.4, words: 0, form: 0.2) == [0, 1])
    #expect(try picks(0.4, words: 0, form: 0, brevity: 0.6) == [0, 1])
  }

  @Test func aDrawnListsPropensityIsItsProbability() throws {
    let (network, index, query) = try small()
    for seed in 0..<50 as Range<UInt64> {
      let options = SelectionOptions(shots: 3, temperature: 0.3, epsilon: 0.05, seed: seed)
      let selection = try network.select(query: query, from: index, options: options)
      let expected = try network.logProbability(
        of: selection.picks.map(\.index), query: query, index: index, options: options)
      #expect(abs(log(selection.propensity) - expected) < 1e-12)
      #expect(Set(selection.picks.map(\.index)).count == 3)
    }
  }

  @Test func drawsAreAsFrequentAsTheirPropensity() throws {
    let (network, index, query) = try small()
    var counts: [[Int]: Int] = [:]
    let draws = 20_000
    for seed in 0..<UInt64(draws) {
      let options = SelectionOptions(shots: 2, temperature: 0.6, epsilon: 0.1, seed: seed)
      let picks = try network.select(query: query, from: index, options: options).picks
      counts[picks.map(\.index), default: 0] += 1
    }
    let options = SelectionOptions(shots: 2, temperature: 0.6, epsilon: 0.1)
    var chiSquare = 0.0
    for list in orderedLists(Array(0..<6), length: 2) {
      let expected =
        Double(draws)
        * exp(
          try network.logProbability(of: list, query: query, index: index, options: options))
      let difference = Double(counts[list] ?? 0) - expected
      chiSquare += difference * difference / expected
    }
    // 29 degrees of freedom: 58.3 is exceeded once in a thousand.
    #expect(chiSquare < 58.3)
  }

  @Test func theSameSeedDrawsTheSameList() throws {
    let (network, index, query) = try small()
    let options = SelectionOptions(shots: 4, temperature: 0.5, seed: 11)
    let first = try network.select(query: query, from: index, options: options)
    let second = try network.select(query: query, from: index, options: options)
    #expect(first == second)
    let lists = try Set(
      (0..<20 as Range<UInt64>).map { seed in
        var other = options
        other.seed = seed
        return try network.select(query: query, from: index, options: other).picks.map(\.index)
      })
    #expect(lists.count > 1)
  }

  @Test func theGeneratorIsXoshiro() {
    // Reference values: xoshiro256** with its state filled by SplitMix64 from 0.
    var generator = SeededGenerator(seed: 0)
    #expect(generator.next() == 0x99EC_5F36_CB75_F2B4)
    #expect(generator.next() == 0xBF6E_1F78_4956_452A)
  }

  @Test func pinnedEnterAndMutedNeverDo() throws {
    let (network, index, query) = try small()
    for seed in 0..<40 as Range<UInt64> {
      let options = SelectionOptions(
        shots: 4, temperature: 5, epsilon: 0.5, seed: seed, pinned: [2, 3, 2, 99], muted: [3, 0])
      let picks = try network.select(query: query, from: index, options: options).picks
      #expect(picks.map(\.index).first == 2)
      #expect(picks[0].isPinned && picks[0].probability == 1)
      #expect(Set(picks.map(\.index)) == [1, 2, 4, 5])
    }
  }

  @Test func aSmallOrEmptyPoolGivesWhatItHas() throws {
    let (network, index, query) = try small()
    let all = try network.select(query: query, from: index, options: .init(shots: 50))
    #expect(all.picks.count == 6)
    let empty = try network.index(embeddings: [])
    #expect(try network.select(query: query, from: empty, options: .init()).picks.isEmpty)
    #expect(try network.select(query: query, from: index, options: .init(shots: 0)).propensity == 1)
  }

  @Test func earlierPicksChangeLaterOnes() throws {
    let (network, index, query) = try small()
    let options = SelectionOptions(shots: 2, temperature: 0.4)
    func conditional(_ first: Int) throws -> Double {
      let pair = try network.logProbability(
        of: [first, 2], query: query, index: index, options: options)
      let other = try network.logProbability(
        of: [first, 3], query: query, index: index, options: options)
      return pair - other
    }
    #expect(abs(try conditional(0) - conditional(1)) > 1e-3)
  }

  @Test func badInputIsRefused() throws {
    let (network, index, query) = try small()
    #expect(throws: PromptMatchingError.wrongDimensions(expected: 12, found: 2)) {
      try network.select(query: [1, 2], from: index, options: .init())
    }
    #expect(throws: PromptMatchingError.notFinite(row: nil)) {
      try network.select(
        query: [.nan] + query.dropFirst(), from: index, options: .init())
    }
    #expect(throws: PromptMatchingError.notFinite(row: 1)) {
      try network.index(embeddings: query + [.infinity] + query.dropFirst())
    }
    #expect(throws: PromptMatchingError.self) {
      try stoppingNetwork(dimensions: 12, hidden: 5, seed: 3).index(
        embeddings: query, signals: [1])
    }
    #expect(throws: PromptMatchingError.invalidPick(3)) {
      try network.logProbability(of: [3, 3], query: query, index: index, options: .init())
    }
    #expect(throws: PromptMatchingError.staleIndex) {
      try learnedNetwork(dimensions: 12, hidden: 5, seed: 9)
        .select(query: query, from: index, options: .init())
    }
    #expect(throws: PromptMatchingError.self) {
      try network.select(query: query, from: index, options: .init(temperature: 0))
    }
  }
}
