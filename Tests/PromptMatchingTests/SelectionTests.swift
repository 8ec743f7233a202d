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
