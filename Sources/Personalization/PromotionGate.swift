import Foundation

/// Whether a new version may serve: both are compared on the newest outcomes, which took no part in
/// making it.
///
/// The lower bound of a one-sided 95 % interval of the mean difference has to be above zero, so that
/// a version that is worse passes in at most one of twenty tries.
public struct PromotionGate: Sendable, Equatable {
  /// Below this number of held-out outcomes nothing is promoted.
  public static let leastOutcomes = 20
  /// The share of the outcomes that is held out: the newest.
  public static let heldOut = 0.25

  public let newMean, servedMean: Double
  public let count: Int
  /// Of the mean difference, new less served.
  public let lowerBound: Double

  /// - Parameters:
  ///   - new: the new version's figure on each held-out outcome; more is better.
  ///   - served: the served version's, on the same outcomes.
  public init(new: [Double], served: [Double]) {
    let differences = zip(new, served).map(-)
    let n = Double(max(1, differences.count))
    count = differences.count
    let mean = differences.reduce(0, +) / n
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    newMean = new.prefix(count).reduce(0, +) / n
    servedMean = served.prefix(count).reduce(0, +) / n
    let error = (squares / max(1, n - 1) / n).squareRoot()
    lowerBound = mean - StudentT.quantile(normal: 1.6449, freedom: count - 1) * error
  }

  public var isPassed: Bool { count >= Self.leastOutcomes && lowerBound > 0 }

  /// The outcome in a sentence.
  public var summary: String { summary(on: "held-out outcomes") }

  /// - Parameter what: the versions were compared on, such as “held-out outcomes”.
  public func summary(on what: String) -> String {
    guard count >= Self.leastOutcomes else {
      return
        "\(count) \(what) are too few to compare versions: \(Self.leastOutcomes) are needed."
    }
    let posix = Locale(identifier: "en_US_POSIX")
    let difference = String(format: "%+.4f", locale: posix, newMean - servedMean)
    let bound = String(format: "%+.4f", locale: posix, lowerBound)
    return
      "On \(count) \(what) the new version differs by \(difference) (lower 95 % bound "
      + "\(bound))" + (isPassed ? "." : ", which is not enough to replace the one in service.")
  }
}
