public import PromptMatching
public import Reports

/// The results as one self-contained HTML page that prints well.
public struct PageReport {
  private let results: EvaluationResults
  private let curves: [(name: String, curve: LearningCurve)]
  private let pool: [Demonstration]
  private let map: PoolMap?

  /// - Parameters:
  ///   - pool: names the exemplars that are chosen most.
  ///   - map: of the pool, to show where the chosen ones lie.
  ///   - curves: of the trainings that belong to the results.
  public init(
    _ results: EvaluationResults, pool: [Demonstration] = [], map: PoolMap? = nil,
    curves: [(name: String, curve: LearningCurve)] = []
  ) {
    self.results = results
    self.pool = pool
    self.map = map
    self.curves = curves
  }

  public var html: String {
    var body = "<h1>Evaluation of the matchers</h1><dl>"
    for (key, value) in results.settings.sorted(by: { $0.key < $1.key }) {
      body += "<dt>\(Chart.escaped(key))</dt><dd>\(Chart.escaped(value))</dd>"
    }
    body += "</dl>" + measures() + comparisons()
    for (name, curve) in curves {
      body += section("Learning curve: \(name)", Chart.learningCurve(curve))
    }
    body += choiceCharts() + section("Chosen most", choices())
    return Page.html(title: "pillow-lsp evaluation", body)
  }

  private func measures() -> String {
    var body = ""
    for shots in shotCounts {
      for metric in Metric.allCases {
        let rows = results.matchers.compactMap { name, byShots in
          byShots["\(shots)"]?[metric.rawValue].map { (label: name, interval: $0) }
        }.sorted { ($0.interval.mean, $0.label) < ($1.interval.mean, $1.label) }
        guard !rows.isEmpty else { continue }
        let better = metric.lessIsBetter ? "less is better" : "more is better"
        let title = "\(metric.title), \(shots) shots (\(better))"
        body += section(nil, Chart.bars(rows, title: title))
      }
    }
    return body
  }

  private func comparisons() -> String {
    guard !results.comparisons.isEmpty else { return "" }
    var html = "<table><tr><th>a</th><th>b</th><th>shots</th><th>metric</th><th>a − b</th>"
    html += "<th>95 %</th></tr>"
    for row in results.comparisons {
      html += "<tr><td>\(row.a)</td><td>\(row.b)</td><td>\(row.shots)</td><td>\(row.metric)</td>"
      html += "<td>\(Chart.short(row.difference))</td>"
      html += "<td>\(Chart.short(row.low)) to \(Chart.short(row.high))</td></tr>"
    }
    return section("Paired differences", html + "</table>")
  }

  private func choiceCharts() -> String {
    var body = ""
    for (name, byShots) in results.choices.sorted(by: { $0.key < $1.key })
    where MatcherName(rawValue: name) != nil {
      for (shots, counts) in byShots.sorted(by: { Int($0.key) ?? 0 < Int($1.key) ?? 0 }) {
        body += section(
          nil, Chart.choices(counts, title: "Tasks chosen for tasks: \(name), \(shots) shots"))
      }
    }
    guard let map else { return body }
    for (name, byShots) in results.chosenAll.sorted(by: { $0.key < $1.key })
    where [.policy, .knn].contains(MatcherName(rawValue: name)) {
      for (shots, counts) in byShots.sorted(by: { $0.key < $1.key }) {
        body += section(
          nil,
          Chart.poolMap(
            map, tasks: pool.map(\.task), chosen: counts,
            title: "The pool, and what is chosen: \(name), \(shots) shots"))
      }
    }
    return body
  }

  private var shotCounts: [Int] {
    Set(results.matchers.values.flatMap { $0.keys.compactMap(Int.init) }).sorted()
  }

  private func choices() -> String {
    var html = "<table><tr><th>matcher</th><th>shots</th><th>times</th><th>exemplar</th></tr>"
    for (name, byShots) in results.chosen.sorted(by: { $0.key < $1.key }) {
      for (shots, counts) in byShots.sorted(by: { $0.key < $1.key }) {
        for (key, count) in counts.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }).prefix(3)
        {
          let text = Int(key).flatMap { pool.indices.contains($0) ? pool[$0].instruction : nil }
          let line = (text ?? key).split(whereSeparator: \.isNewline).first.map(String.init) ?? key
          html +=
            "<tr><td>\(name)</td><td>\(shots)</td><td>\(count)</td>"
            + "<td>\(Chart.escaped(String(line.prefix(90))))</td></tr>"
        }
      }
    }
    return html + "</table>"
  }

  private func section(_ title: String?, _ content: String) -> String {
    Page.section(title, content)
  }
}
