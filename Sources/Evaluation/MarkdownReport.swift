internal import Foundation
import Reports

/// The results as tables for a page under version control.
public struct MarkdownReport {
  private let results: EvaluationResults
  public init(_ results: EvaluationResults) { self.results = results }

  public var text: String {
    var lines = ["# Evaluation", ""]
    for (key, value) in results.settings.sorted(by: { $0.key < $1.key }) {
      lines.append("- \(key): \(value)")
    }
    let explanation =
      results.isOfFewQueries
      ? "Means. Intervals and differences are left out: they mean something from "
        + "\(EvaluationResults.leastQueries) queries on."
      : "Means with 95 % bootstrap intervals over queries."
    lines += ["", explanation, ""]
    lines += measureTable()
    guard !results.isOfFewQueries else { return lines.joined(separator: "\n") + "\n" }
    if !results.comparisons.isEmpty {
      lines += ["", "## Paired differences", ""] + table(of: results.comparisons, isBySeed: false)
    }
    if !results.seedComparisons.isEmpty {
      lines +=
        ["", "## NLL a token by seed", ""] + table(of: results.seedComparisons, isBySeed: true)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var metrics: [Metric] {
    Metric.allCases.filter { metric in
      results.matchers.values.contains { $0.values.contains { $0[metric.rawValue] != nil } }
    }
  }

  private func measureTable() -> [String] {
    let header =
      ["matcher", "shots"] + metrics.map(\.title)
      + ["gap to random recovered", "gap to the nearest recovered", "no exemplar"]
    var rows = [row(header), row(header.map { _ in "---" })]
    for (name, byShots) in results.matchers.sorted(by: { $0.key < $1.key }) {
      for (shots, values) in byShots.sorted(by: { Int($0.key) ?? 0 < Int($1.key) ?? 0 }) {
        let cells = metrics.map { metric in
          values[metric.rawValue].map {
            results.isOfFewQueries
              ? number($0.mean)
              : "\(number($0.mean)) (\(number($0.low)) to \(number($0.high)))"
          } ?? ""
        }
        let gaps = [results.gapRecovered, results.nearestGapRecovered].map {
          $0[name]?[shots].map { percent($0) } ?? ""
        }
        let empty = results.emptyShare[name]?[shots].map { percent($0) } ?? ""
        rows.append(row([name, shots] + cells + gaps + [empty]))
      }
    }
    return rows
  }

  /// - Parameter isBySeed: whether the comparisons are of one seed each, all of one metric.
  private func table(
    of comparisons: [EvaluationResults.Comparison], isBySeed: Bool
  ) -> [String] {
    let header = ["a", "b", "shots", isBySeed ? "seed" : "metric", "a − b", "95 %", "excludes 0"]
    return [row(header), row(header.map { _ in "---" })]
      + comparisons.map {
        row([
          $0.a, $0.b, "\($0.shots)", isBySeed ? "\($0.seed ?? 0)" : $0.metric,
          number($0.difference), "\(number($0.low)) to \(number($0.high))",
          $0.low > 0 || $0.high < 0 ? "yes" : "no",
        ])
      }
  }

  private func percent(_ share: Double) -> String {
    String(format: "%.0f %%", locale: Locale(identifier: "en_US_POSIX"), share * 100)
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func number(_ value: Double) -> String {
    String(
      format: abs(value) >= 100 ? "%.0f" : "%.3f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}
