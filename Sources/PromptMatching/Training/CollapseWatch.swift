internal import Foundation

/// Detects whether a policy still depends on the query, from the lists it chose for different
/// queries.
public struct CollapseWatch: Sendable, Codable, Equatable {
  /// Mean over steps, 1 for uniform, 0 for certain.
  public let entropy: Double
  public let distinctLists: Int
  /// Share of the queries that get the most frequent list.
  public let largestShare: Double
  public let queries: Int
  /// I(query; first choice) = H(mean of the distributions) − mean of their entropies, in nats: 0 if
  /// the query has no influence. Its highest value is the log of the number of queries or
  /// exemplars.
  public let mutualInformation: Double

  /// Below this information, or with one list for more than this share of the queries, the choice
  /// counts as independent of them.
  static let smallestInformation = 0.05
  static let largestShareOfOneList = 0.9

  public var isQueryIndependent: Bool {
    queries >= 8
      && (mutualInformation < Self.smallestInformation
        || largestShare >= Self.largestShareOfOneList)
  }

  /// What to tell the user; nil if all is well.
  public var warning: String? {
    guard isQueryIndependent else { return nil }
    return
      "The policy has become independent of the instruction: \(distinctLists) different "
      + "lists for \(queries) queries. A best fixed set would do as well; raise the entropy weight or "
      + "train with more varied data."
  }

  public init(
    entropy: Double, distinctLists: Int, largestShare: Double, queries: Int,
    mutualInformation: Double
  ) {
    self.entropy = entropy
    self.distinctLists = distinctLists
    self.largestShare = largestShare
    self.queries = queries
    self.mutualInformation = mutualInformation
  }

  init(_ policy: EpisodePolicy, queries: [Int]) {
    let lists = policy.greedy(queries: queries)
    let available = policy.availability(queries)
    let first = policy.distribution(zip(queries, available).map { ($0, [], $1) })
    var mean = [Double](repeating: 0, count: first.softmax.columns)
    var (conditional, normalised) = (0.0, 0.0)
    for row in queries.indices {
      for (j, p) in first.softmax.row(row).enumerated() {
        mean[j] += Double(p) / Double(queries.count)
      }
      let entropy = first.entropy(row: row)
      conditional += entropy / Double(queries.count)
      normalised +=
        entropy / log(Double(max(2, first.availableCounts[row]))) / Double(queries.count)
    }
    let marginal = mean.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    let counts = Dictionary(lists.map { ($0.picks, 1) }, uniquingKeysWith: +)
    self.init(
      entropy: normalised, distinctLists: counts.count,
      largestShare: Double(counts.values.max() ?? 0) / Double(max(1, queries.count)),
      queries: queries.count, mutualInformation: max(0, marginal - conditional))
  }
}
