import Foundation

/// Decides whether an answer is worth showing: a logistic model of how likely it would be kept as
/// it is.
///
/// What the user asks for explicitly is never withheld.
public struct SuggestionGate: Sendable, Equatable, Codable {
  public var bias: Double
  /// In the order of the evidence's numbers.
  public var weights: [Double]

  public init(bias: Double, weights: [Double]) {
    self.bias = bias
    self.weights = weights
  }

  /// The probability that the answer would be kept, 0 to 1.
  public func probability(_ values: [Double]) -> Double {
    let score = zip(weights, values).reduce(bias) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-score))
  }
}

/// An answer that the gate judged, and whether it was kept.
public struct GateLabel: Sendable, Equatable {
  public var evidence: [Double]
  public var isKept: Bool
  /// Characters that were kept, or would have been.
  public var keptCharacters: Double

  public init(evidence: [Double], isKept: Bool, keptCharacters: Double) {
    self.evidence = evidence
    self.isKept = isKept
    self.keptCharacters = keptCharacters
  }
}
