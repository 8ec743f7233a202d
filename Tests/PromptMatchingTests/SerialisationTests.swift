import Foundation
import PromptMatching
import Testing

@Suite struct SerialisationTests {
  @Test func aSavedNetworkComesBackToTheBit() throws {
    let network = try learnedNetwork(dimensions: 12, hidden: 5, seed: 61)
    let loaded = try MatchingNetwork(serialized: network.serialized(), encoderIdentity: "test")
    #expect(loaded == network)
    #expect(loaded.fingerprint == network.fingerprint)
  }

  /// A network of vectors alone is still written as earlier programs read it.
  @Test func signalsAndTheStopMakeAnotherFormat() throws {
    let plain = MatchingNetwork.dayZero(dimensions: 6, hidden: 2, encoderIdentity: "test")
    let full = MatchingNetwork.dayZero(
      dimensions: 6, hidden: 2, encoderIdentity: "test",
      prior: MatchingPrior(
        words: 0.25, form: 2, brevity: 0.5, agreement: 3, firstStop: 0.5, laterStop: -1))
    #expect(plain.serialized()[8] == 1 && full.serialized()[8] == 2)
    #expect(try MatchingNetwork(serialized: plain.serialized()) == plain)
    let loaded = try MatchingNetwork(serialized: full.serialized(), encoderIdentity: "test")
    #expect(loaded == full && loaded.layout.stops && loaded.layout.signals == 4)
    #expect(Array(loaded.parameters[loaded.layout.range(of: .signalWeights)]) == [0.25, 2, 0.5, 3])
  }

  @Test func damageIsFoundWhereverItIs() throws {
    let data = try learnedNetwork(dimensions: 4, hidden: 2, seed: 62).serialized()
    for place in data.indices {
      var damaged = data
      damaged[place] ^= 0x10
      #expect(throws: PromptMatchingError.self) { try MatchingNetwork(serialized: damaged) }
    }
    for length in 0..<data.count {
      #expect(throws: PromptMatchingError.self) {
        try MatchingNetwork(serialized: data.prefix(length))
      }
    }
  }

  @Test func anotherEncoderOrANewerFormatIsNamed() throws {
    let data = try learnedNetwork(dimensions: 4, hidden: 2, seed: 63).serialized()
    #expect(throws: PromptMatchingError.wrongEncoder(expected: "other", found: "test")) {
      try MatchingNetwork(serialized: data, encoderIdentity: "other")
    }
    var newer = data
    newer[8] = 7
    #expect(throws: PromptMatchingError.newerFormat(found: 7, supported: 2)) {
      try MatchingNetwork(serialized: newer)
    }
  }

  @Test func parametersMustFit() throws {
    let network = try learnedNetwork(dimensions: 4, hidden: 2, seed: 64)
    #expect(throws: PromptMatchingError.self) { try network.with(parameters: [1, 2, 3]) }
    var values = network.parameters
    values[3] = .nan
    #expect(throws: PromptMatchingError.self) { try network.with(parameters: values) }
  }
}
