public import Foundation

/// What an evaluation found, in the form of `results.json`.
public struct EvaluationResults: Sendable, Codable, Equatable {
  public struct Comparison: Sendable, Codable, Equatable {
    public let a: String
    public let b: String
    public let shots: Int
    public let metric: String
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
  /// Of the command: files, models, seeds.
  public var settings: [String: String] = [:]

  private var perQuery: [String: [Int: [Metric: [Double?]]]] = [:]

  private enum CodingKeys: String, CodingKey {
    case matchers, comparisons, tasks, gapRecovered, chosen, settings
  }

  public init() {}

  /// Adds what ``EvaluationRun/measure(_:shots:onProgress:)`` gave; values of a query are averaged over seeds.
  ///
  /// - Parameter tasks: one a query, nil where rows have none.
  public mutating func add(
    _ name: String, shots: Int, _ measures: [[Measures]], tasks taskNames: [String?]
  ) {
    guard let first = measures.first, !first.isEmpty else { return }
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
    var byTask: [String: [Double]] = [:]
    for (query, task) in taskNames.enumerated() {
      guard let task else { continue }
      byTask[task, default: []] += measures.map { $0[query].nll }
    }
    for (task, values) in byTask {
      tasks[task, default: [:]][name, default: [:]]["\(shots)"] =
        values.reduce(0, +) / Double(values.count)
    }
    let counts = Dictionary(
      measures.flatMap { $0.flatMap(\.picks) }.map { ("\($0)", 1) }, uniquingKeysWith: +)
    let often = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(20)
    chosen[name, default: [:]]["\(shots)"] = Dictionary(uniqueKeysWithValues: Array(often))
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
    recoverGap()
  }

  private mutating func recoverGap() {
    for (name, byShots) in matchers where name != "random" && name != "oracle" {
      for (shots, metrics) in byShots {
        guard let value = metrics["nll"]?.mean,
          let random = matchers["random"]?[shots]?["nll"]?.mean,
          let oracle = matchers["oracle"]?[shots]?["nll"]?.mean, random - oracle > 1e-9
        else { continue }
        gapRecovered[name, default: [:]][shots] = (random - value) / (random - oracle)
      }
    }
  }

  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }
}
