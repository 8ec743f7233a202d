internal import Foundation
internal import PromptMatching

extension Chart {
  /// Which tasks' exemplars are chosen for which tasks' queries: one row a query's task, darker for
  /// more.
  ///
  /// - Parameter counts: task of the query, task of the exemplar: how often.
  public static func choices(_ counts: [String: [String: Int]], title: String) -> String {
    let tasks = counts.keys.sorted()
    let columns = Set(counts.values.flatMap(\.keys)).union(tasks).sorted()
    guard !tasks.isEmpty else { return "" }
    let (left, top, side) = (210.0, 36.0, min(14.0, 500 / Double(columns.count)))
    var body = ""
    var own = 0
    var all = 0
    for (row, task) in tasks.enumerated() {
      let y = top + Double(row) * side
      let sum = counts[task]?.values.reduce(0, +) ?? 0
      own += counts[task]?[task] ?? 0
      all += sum
      body += "<text class=\"small\" x=\"\(number(left - 6))\" y=\"\(number(y + side * 0.78))\" "
      body += "text-anchor=\"end\">\(escaped(String(task.prefix(38))))</text>"
      for (column, other) in columns.enumerated() {
        guard let count = counts[task]?[other], count > 0 else { continue }
        let share = Double(count) / Double(max(1, sum))
        body += "<rect class=\"\(other == task ? "own" : "other")\" "
        body += "x=\"\(number(left + Double(column) * side))\" y=\"\(number(y))\" "
        body += "width=\"\(number(side - 1))\" height=\"\(number(side - 1))\" "
        body += "fill-opacity=\"\(short(0.15 + 0.85 * share))\">"
        body += "<title>\(escaped(task)) from \(escaped(other)): \(count) of \(sum)</title></rect>"
      }
    }
    let share = Double(own) / Double(max(1, all)) * 100
    let height = top + Double(tasks.count) * side + 26
    body +=
      "<text x=\"\(number(left))\" y=\"\(number(height - 8))\">columns: the exemplars' tasks in the "
    body += "same order; \(number(share)) % of the choices are of the own task</text>"
    return svg(title: title, width: 720, height: height, body)
  }

  /// A pool in two dimensions: a dot an exemplar, coloured by task, larger when it is chosen more.
  ///
  /// - Parameters:
  ///   - tasks: one an exemplar, nil where rows have none.
  ///   - chosen: by exemplar, how often it was chosen.
  public static func poolMap(
    _ map: PoolMap, tasks: [String?], chosen: [Int: Int], title: String
  ) -> String {
    let (width, height) = (720.0, 460.0)
    let xs = map.points.map(\.x)
    let ys = map.points.map(\.y)
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max()
    else { return "" }
    let names = Set(tasks.compactMap(\.self)).sorted()
    let hues = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ($1, Double($0) * 360 / Double(names.count)) })
    var body = ""
    for (place, point) in map.points.enumerated() {
      let x = 20 + (point.x - left) / max(right - left, 1e-9) * (width - 40)
      let y = height - 40 - (point.y - low) / max(high - low, 1e-9) * (height - 80)
      let task = tasks.indices.contains(place) ? tasks[place] : nil
      let hue = task.flatMap { hues[$0] } ?? 210
      let radius = 1.6 + 1.6 * Double(chosen[place] ?? 0).squareRoot()
      body += "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" "
      body += "fill=\"hsl(\(number(hue)) 65% 42%)\" fill-opacity=\"0.55\">"
      body +=
        "<title>\(escaped(task ?? "exemplar")) \(place): chosen \(chosen[place] ?? 0) times</title>"
      body += "</circle>"
    }
    body += "<text x=\"20\" y=\"\(number(height - 10))\">two principal components, "
    body += "\(number(map.explained * 100)) % of the variance; larger dots are chosen more</text>"
    return svg(title: title, width: width, height: height, body)
  }
}
