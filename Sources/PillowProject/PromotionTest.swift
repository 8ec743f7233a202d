/// Whether a trained network may replace the one in service: both are compared on queries that took
/// no part in the training.
public struct PromotionTest: Sendable, Equatable {
  /// Below this number of queries in all, too few are left to compare on for the result to mean
  /// anything.
  public static let leastQueries = 50

  /// Mean rewards on the queries that were kept apart.
  public let trainedMean, servingMean: Double
  /// How many queries were kept apart.
  public let count: Int
  /// How many queries there were in all.
  public let queries: Int
  /// The mean difference less its standard error.
  public let lowerBound: Double

  /// - Parameters:
  ///   - trained: the trained network's reward per query that was kept apart.
  ///   - serving: the same for the network in service.
  ///   - queries: how many there were in all.
  public init(trained: [Double], serving: [Double], queries: Int) {
    let differences = zip(trained, serving).map(-)
    let n = Double(max(1, differences.count))
    let mean = differences.reduce(0, +) / n
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    trainedMean = trained.reduce(0, +) / n
    servingMean = serving.reduce(0, +) / n
    count = differences.count
    self.queries = queries
    lowerBound = mean - (squares / max(1, n - 1) / n).squareRoot()
  }

  public var isLargeEnough: Bool { queries >= Self.leastQueries && count > 1 }

  /// Only a network that is better by more than chance explains comes into service.
  public var isPassed: Bool { isLargeEnough && lowerBound > 0 }

  /// The outcome in a sentence.
  public var summary: String {
    guard isLargeEnough else {
      return "\(queries) queries are too few to compare networks: from \(Self.leastQueries) on a "
        + "better one comes into service."
    }
    let difference = ((trainedMean - servingMean) * 10_000).rounded() / 10_000
    return "On \(count) queries kept apart, the trained network is \(abs(difference)) "
      + (difference >= 0 ? "better" : "worse") + " than the one in service"
      + (isPassed ? "." : ", which is not enough to replace it.")
  }
}
