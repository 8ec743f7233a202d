public import Foundation
public import Reports

/// What an evaluation found, in the form of `results.json`.
public struct EvaluationResults: Sendable, Codable, Equatable {
  public struct Comparison: Sendable, Codable, Equatable {
    public let a: String
    public let b: String
    public let shots: Int
    public let metric: String
    /// Where both are of one seed; otherwise seeds are averaged.
    public var seed: Int?
    /// Mean of a − b over queries.
    public let difference: Double
    public let low: Double
    public let high: Double
  }

  /// Matcher, number of shots, metric.
  public private(set) var matchers: [String: [String: [String: Interval]]] = [:]
  public private(set) var comparisons: [Comparison] = []
  /// Task, matcher, number of shots: mean NLL a token.
  public private(set) var tasks: [String: [String: [String: Double]]] = [:]
  /// Matcher, number of shots: (random − matcher) / (random − oracle) in NLL.
  public private(set) var gapRecovered: [String: [String: Double]] = [:]
  /// Matcher, number of shots: exemplar to how often it was chosen, the most frequent.
  public private(set) var chosen: [String: [String: [String: Int]]] = [:]
  /// Matcher, number of shots: (mean of the oracle's candidates − matcher) / (that mean − oracle)
  /// in NLL.
  public private(set) var nearestGapRecovered: [String: [String: Double]] = [:]
  /// NLL of matchers with several seeds, seed by seed: whether a gain is there each time.
  public private(set) var seedComparisons: [Comparison] = []
  /// Matcher, number of shots, task of the query, task of the exemplar: how often.
  public private(set) var choices: [String: [String: [String: [String: Int]]]] = [:]
  /// Matcher, number of shots: how often each exemplar was chosen, for charts.
  private(set) var chosenAll: [String: [Int: [Int: Int]]] = [:]
  /// Matcher, number of shots: the share of the queries that got no exemplar.
  public private(set) var emptyShare: [String: [String: Double]] = [:]
  /// Of the command: files, models, seeds.
  public var settings: [String: String] = [:]

  private var perQuery: [String: [Int: [Metric: [Double?]]]] = [:]
  /// Matcher, number of shots: NLL, [seed][query].
  private var perSeed: [String: [Int: [[Double]]]] = [:]

  private enum CodingKeys: String, CodingKey {
    case matchers, comparisons, tasks, gapRecovered, nearestGapRecovered, seedComparisons, choices
    case chosen, emptyShare, settings
  }

  /// The name of the row that has the mean of the oracle's candidates.
  public static let candidatesName = "nearest-mean"

  public init() {}

  /// Adds what ``EvaluationRun/measure(_:shots:onProgress:)`` gave; values of a query are averaged
  /// over seeds.
  ///
  /// - Parameters:
  ///   - tasks: one a query, nil where rows have none.
  ///   - poolTasks: one an exemplar.
  public mutating func add(
    _ name: String, shots: Int, _ measures: [[Measures]], tasks taskNames: [String?],
    poolTasks: [String?] = []
  ) {
    guard let first = measures.first, !first.isEmpty else { return }
    perSeed[name, default: [:]][shots] = measures.map { $0.map(\.nll) }
    for metric in Metric.allCases {
      let values = first.indices.map { query -> Double? in
        let known = measures.compactMap { metric.value($0[query]) }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      }
      guard values.contains(where: { $0 != nil }) else { continue }
      perQuery[name, default: [:]][shots, default: [:]][metric] = values
      var interval = PairedBootstrap.mean(values.compactMap(\.self))
      if metric == .perplexity {
        interval = Interval(
          mean: exp(interval.mean), low: exp(interval.low), high: exp(interval.high))
      }
      matchers[name, default: [:]]["\(shots)", default: [:]][metric.rawValue] = interval
    }
    let lists = measures.flatMap { $0.map(\.picks) }
    emptyShare[name, default: [:]]["\(shots)"] =
      Double(lists.count { $0.isEmpty }) / Double(lists.count)
    addTasks(name, shots, measures, taskNames)
    addChoices(name, shots, measures, taskNames, poolTasks)
  }

  /// From this number of queries on, an interval over them means something.
  public static let leastQueries = 20

  /// Whether the results are of so few queries that intervals would mislead.
  public var isOfFewQueries: Bool {
    let counts = perQuery.values.flatMap(\.values).flatMap(\.values).map(\.count)
    return (counts.max() ?? 0) < Self.leastQueries
  }

  private mutating func addTasks(
    _ name: String, _ shots: Int, _ measures: [[Measures]], _ taskNames: [String?]
  ) {
    var byTask: [String: [Double]] = [:]
    for (query, task) in taskNames.enumerated() {
      guard let task else { continue }
      byTask[task, default: []] += measures.map { $0[query].nll }
    }
    for (task, values) in byTask {
      tasks[task, default: [:]][name, default: [:]]["\(shots)"] =
        values.reduce(0, +) / Double(values.count)
    }
  }

  private mutating func addChoices(
    _ name: String, _ shots: Int, _ measures: [[Measures]], _ taskNames: [String?],
    _ poolTasks: [String?]
  ) {
    let counts = Dictionary(
      measures.flatMap { $0.flatMap(\.picks) }.map { ($0, 1) }, uniquingKeysWith: +)
    chosenAll[name, default: [:]][shots] = counts
    let often = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(20)
    chosen[name, default: [:]]["\(shots)"] = Dictionary(
      uniqueKeysWithValues: often.map { ("\($0.key)", $0.value) })
    for (query, task) in taskNames.enumerated() {
      guard let task else { continue }
      for pick in measures.flatMap({ $0[query].picks }) {
        guard poolTasks.indices.contains(pick), let other = poolTasks[pick] else { continue }
        choices[name, default: [:]]["\(shots)", default: [:]][task, default: [:]][
          other, default: 0] += 1
      }
    }
  }

  /// Compares every matcher with the reference on the same queries, and works out the gap.
  public mutating func compare(with reference: String) {
    for (name, byShots) in perQuery.sorted(by: { $0.key < $1.key }) where name != reference {
      for (shots, metrics) in byShots.sorted(by: { $0.key < $1.key }) {
        for metric in [Metric.nll, .rougeL, .bleu, .cosine, .exactMatch] {
          guard let a = metrics[metric], let b = perQuery[reference]?[shots]?[metric] else {
            continue
          }
          let pairs = zip(a, b).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
          let interval = PairedBootstrap.difference(pairs.map(\.0), pairs.map(\.1))
          comparisons.append(
            .init(
              a: name, b: reference, shots: shots, metric: metric.rawValue,
              difference: interval.mean, low: interval.low, high: interval.high))
        }
      }
    }
    compareSeeds(with: reference)
    gapRecovered = gap(from: "random")
    nearestGapRecovered = gap(from: Self.candidatesName)
  }

  private mutating func compareSeeds(with reference: String) {
    for (name, byShots) in perSeed.sorted(by: { $0.key < $1.key }) where name != reference {
      for (shots, seeds) in byShots.sorted(by: { $0.key < $1.key }) where seeds.count > 1 {
        guard let others = perSeed[reference]?[shots], !others.isEmpty else { continue }
        for (seed, values) in seeds.enumerated() {
          let interval = PairedBootstrap.difference(values, others[min(seed, others.count - 1)])
          seedComparisons.append(
            .init(
              a: name, b: reference, shots: shots, metric: Metric.nll.rawValue, seed: seed,
              difference: interval.mean, low: interval.low, high: interval.high))
        }
      }
    }
  }

  /// (worst − matcher) / (worst − oracle) in NLL.
  private func gap(from worst: String) -> [String: [String: Double]] {
    var result: [String: [String: Double]] = [:]
    for (name, byShots) in matchers where ![worst, "oracle", "random"].contains(name) {
      for (shots, metrics) in byShots {
        guard let value = metrics["nll"]?.mean,
          let high = matchers[worst]?[shots]?["nll"]?.mean,
          let oracle = matchers["oracle"]?[shots]?["nll"]?.mean, high - oracle > 1e-9
        else { continue }
        result[name, default: [:]][shots] = (high - value) / (high - oracle)
      }
    }
    return result
  }

  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }
}
