internal import Crypto
internal import Foundation

/// Everything that a training needs to resume where it was interrupted.
///
/// Randomness is a function of seed and round, so it is not stored, and a resumed training gives
/// the same network, bit for bit.
struct TrainingState: Codable {
  /// Identifies the problem and the options.
  let key: String
  /// How many passes over the survey were made before the first round.
  var epochs = 0
  /// How long the survey took.
  var surveySeconds = 0.0
  var round = 0
  var parameters: [Float]
  let start: [Float]
  /// The running mean of the parameters over rounds.
  var averaged: [Float]
  var adam: AdamOptimizer
  var bestParameters: [Float]
  var bestReward = -Double.infinity
  var staleValidations = 0
  var curve = LearningCurve()
  var seconds = 0.0
  var isWarm = false

  init(key: String, network: MatchingNetwork) {
    self.key = key
    parameters = network.parameters
    start = network.parameters
    averaged = network.parameters
    bestParameters = network.parameters
    adam = AdamOptimizer(count: network.parameters.count)
  }

  /// Keeps the parameters that validated best.
  mutating func take(_ reward: Double, of parameters: [Float]) {
    guard reward > bestReward else { return staleValidations += 1 }
    staleValidations = 0
    bestReward = reward
    bestParameters = parameters
  }

  /// Adds the current parameters to the mean.
  mutating func average(keeping share: Double) {
    averaged.mix(keeping: Float(share), adding: Float(1 - share), of: parameters)
  }

  static func key(
    _ problem: TrainingProblem, _ options: TrainingOptions, _ rewards: String
  ) throws -> String {
    var hash = SHA256()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    hash.update(data: try encoder.encode(options))
    hash.update(data: Data(problem.encoderIdentity.utf8))
    hash.update(data: Data(rewards.utf8))
    problem.pool.values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    problem.queries.values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().prefix(16).map { String($0, radix: 16) }.joined(separator: "-")
  }

  /// - Returns: nil if there is no checkpoint.
  static func load(_ url: URL, key: String) throws(TrainingError) -> TrainingState? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let state: TrainingState
    do {
      state = try decoder.decode(TrainingState.self, from: Data(contentsOf: url))
    } catch {
      throw .unreadableCheckpoint(path: url.path, reason: "it is damaged")
    }
    guard state.key == key else { throw .otherCheckpoint(path: url.path) }
    return state
  }

  /// A reader sees the old file or the new one, never a part.
  func save(_ url: URL) throws {
    try Self.encoder.encode(self).write(to: url, options: .atomic)
  }

  private static var encoder: PropertyListEncoder {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return encoder
  }
  private static var decoder: PropertyListDecoder { PropertyListDecoder() }
}
