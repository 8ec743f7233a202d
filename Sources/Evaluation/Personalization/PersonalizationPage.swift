import Foundation
import Reports

/// The results as one self-contained page.
public struct PersonalizationPage {
  private let results: PersonalizationResults

  public init(_ results: PersonalizationResults) { self.results = results }

  public var html: String {
    var body = "<h1>Learning from what people keep</h1>"
    body +=
      "<p>Simulated persons work with the real model, pool and server code. Intervals are 95 % "
    body += "over persons.</p>"
    body += bars("Last third", results.lastThird) + bars("Whole stream", results.arms)
    body += Page.section("Course", course())
    body += comparisons() + details()
    body += Page.section("Settings", Page.definitions(results.settings))
    return Page.html(title: "pillow-lsp: learning from what people keep", body)
  }

  private func bars(_ title: String, _ arms: [String: PersonalizationResults.Figures]) -> String {
    let charts: [(String, (PersonalizationResults.Figures) -> Interval)] = [
      ("Characters kept per instruction (more is better)", \.keptPerOpportunity),
      ("Edit distance left (less is better)", \.editDistance),
      ("Accepted share of what was shown", \.acceptRate),
    ]
    return Page.section(
      title,
      charts.map { heading, figure in
        Chart.bars(ordered(arms).map { (label: $0.0, interval: figure($0.1)) }, title: heading)
      }.joined())
  }

  private func ordered<Value>(_ values: [String: Value]) -> [(String, Value)] {
    PersonalizationArm.allCases.compactMap { arm in
      values[arm.rawValue].map { (arm.rawValue, $0) }
    }
  }

  private func course() -> String {
    let lines = ordered(results.course).map { (name: $0.0, values: Self.smoothed($0.1)) }
    let half = (lines.map(\.values.count).max() ?? 0) / 2
    return Chart.lines(
      lines, marks: [(half, "habits change")],
      title: "Characters kept per instruction, mean of the 30 latest", unit: "instructions")
  }

  static func smoothed(_ values: [Double], over window: Int = 30) -> [Double] {
    var sum = 0.0
    return values.indices.map { place in
      sum += values[place]
      if place >= window { sum -= values[place - window] }
      return sum / Double(min(place + 1, window))
    }
  }

  private func comparisons() -> String {
    guard !results.comparisons.isEmpty else { return "" }
    var table = "<table><tr><th>arm</th><th>against</th><th>kept characters</th>"
    table += "<th>edit distance</th><th>accepted share</th></tr>"
    for row in results.comparisons {
      table += "<tr><td>\(row.arm)</td><td>\(row.with)</td>"
      for ratio in [row.keptRatio, row.distanceRatio, row.acceptRatio] {
        table += "<td>× \(Chart.short(ratio.mean)) "
        table += "(\(Chart.short(ratio.low)) to \(Chart.short(ratio.high)))</td>"
      }
      table += "</tr>"
    }
    return Page.section("Ratios in the last third", table + "</table>")
  }

  private func details() -> String {
    var table = "<table><tr><th>arm</th><th>instructions until as good as before the change</th>"
    table += "<th>regret, nats</th><th>shown after three rejects</th>"
    table += "<th>one event, ms (median, 99 %)</th></tr>"
    for (name, cost) in ordered(results.cost) {
      let recovery = results.recovery[name].map {
        "\(Chart.short($0.instructions.mean)) (\($0.recovered) of \($0.persons) persons)"
      }
      let regret = results.regret[name].map { Chart.short($0.mean) }
      table += "<tr><td>\(name)</td><td>\(recovery ?? "")</td><td>\(regret ?? "")</td>"
      table += "<td>\(results.shownAfterThreeRejects[name] ?? 0)</td>"
      table += "<td>\(Chart.short(cost.median)), \(Chart.short(cost.high))</td></tr>"
    }
    table += "</table>"
    if !results.trainings.isEmpty {
      table += "<table><tr><th>arm</th><th>person</th><th>instructions before</th>"
      table += "<th>trained</th><th>serves</th><th>promotion gate</th></tr>"
      for training in results.trainings {
        table += "<tr><td>\(training.arm)</td><td>\(Chart.escaped(training.person))</td>"
        table += "<td>\(training.after)</td><td>\(training.kind)</td>"
        table += "<td>\(training.isPromoted ? "yes" : "no")</td>"
        table += "<td>\(Chart.escaped(training.note))</td></tr>"
      }
      table += "</table>"
    }
    if let found = results.plausibility {
      table += "<p>Of \(found.right) texts that belong to their instruction, "
      table += "\(Chart.short(100 * found.refusedRight)) % did not become exemplars; of "
      table += "\(found.wrong) shuffled ones, \(Chart.short(100 * found.believedWrong)) % did.</p>"
    }
    return Page.section("Details", table)
  }
}
