internal import Foundation

/// Keeps a new policy near the one in service: the new parameters are approached only as far as the
/// choices of first exemplars do not change more than allowed.
///
/// Source: Schulman et al., 2015, arXiv 1502.05477; the step length is found by bisection instead of
/// a quadratic model, since both networks are there.
public struct TrustRegion: Sendable {
  /// The largest mean of KL(served ‖ new) over the instructions, in nats.
  public var largestDivergence: Double

  public init(largestDivergence: Double = 0.5) { self.largestDivergence = largestDivergence }

  /// - Parameters:
  ///   - served, trained: of the same layout, from the same starting point.
  ///   - queries: unit vectors of instructions.
  ///   - pool: unit vectors, [n × d].
  /// - Returns: the served parameters moved towards the trained ones.
  public func step(
    from served: MatchingNetwork, to trained: MatchingNetwork, queries: [[Float]], pool: [Float],
    temperature: Double = 0.05
  ) throws(PromptMatchingError) -> MatchingNetwork {
    guard served.layout == trained.layout, served.encoderIdentity == trained.encoderIdentity else {
      throw .corrupt("the networks have different layouts")
    }
    let before = try distributions(served, queries, pool, temperature)
    var (low, high) = (0.0, 1.0)
    var best = served
    for attempt in 0..<8 {
      let share = attempt == 0 ? 1 : (low + high) / 2
      let parameters = zip(served.parameters, trained.parameters).map { old, new in
        old + Float(share) * (new - old)
      }
      let network = try served.with(parameters: parameters)
      let after = try distributions(network, queries, pool, temperature)
      if divergence(before, after) <= largestDivergence {
        (best, low) = (network, share)
        if attempt == 0 { break }
      } else {
        high = share
      }
    }
    return best
  }

  private func distributions(
    _ network: MatchingNetwork, _ queries: [[Float]], _ pool: [Float], _ temperature: Double
  ) throws(PromptMatchingError) -> [[Double]] {
    let index = try network.index(embeddings: pool)
    var result: [[Double]] = []
    for query in queries {
      let scores = try network.scores(query: query, index: index).map { Double($0) / temperature }
      let highest = scores.max() ?? 0
      let weights = scores.map { exp($0 - highest) }
      let sum = weights.reduce(0, +)
      result.append(weights.map { $0 / sum })
    }
    return result
  }

  private func divergence(_ before: [[Double]], _ after: [[Double]]) -> Double {
    let sums = zip(before, after).map { old, new in
      zip(old, new).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / max($1.1, 1e-300)) : 0) }
    }
    return sums.reduce(0, +) / Double(max(1, sums.count))
  }
}
