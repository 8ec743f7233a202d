import Foundation

/// Log probabilities of an answer's tokens, from what a server tells of them.
struct ConfidenceTally: Sendable {
  private(set) var logProbabilities: [Float] = []
  /// Of the first token's distribution, in nats. Servers tell only the likeliest tokens; the rest
  /// counts as one, so this is a lower bound.
  private(set) var firstEntropy: Float = 0

  mutating func add(_ tokens: [LogProbabilities.Token]) {
    for token in tokens {
      if logProbabilities.isEmpty { firstEntropy = Self.entropy(token.top) }
      logProbabilities.append(token.logProbability)
    }
  }

  /// Forgets what belongs to a model's thoughts.
  mutating func removeAll() { (logProbabilities, firstEntropy) = ([], 0) }

  static func entropy(_ top: [Float]) -> Float {
    guard !top.isEmpty else { return 0 }
    let shares = top.map { exp($0) }
    let rest = max(0, 1 - shares.reduce(0, +))
    let known = zip(shares, top).reduce(Float(0)) { $0 - $1.0 * $1.1 }
    return known - (rest > 0 ? rest * log(rest) : 0)
  }
}
