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
  ///   - verb: what happened to it so often.
  public static func poolMap(
    _ map: PoolMap, tasks: [String?], chosen: [Int: Int], verb: String = "chosen", title: String
  ) -> String {
    let names = Set(tasks.compactMap(\.self)).sorted()
    let (width, plot) = (720.0, 440.0)
    // With more names than a reader tells colours apart, they are in the titles alone.
    let isLegible = (2...20).contains(names.count)
    let height = plot + 20 + (isLegible ? legendHeight(names.count) : 0)
    let xs = map.points.map(\.x)
    let ys = map.points.map(\.y)
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max()
    else { return "" }
    let colours = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ($1, colour($0, of: names.count)) })
    var body = ""
    for (place, point) in map.points.enumerated() {
      let x = 20 + (point.x - left) / max(right - left, 1e-9) * (width - 40)
      let y = plot - 20 - (point.y - low) / max(high - low, 1e-9) * (plot - 60)
      let task = tasks.indices.contains(place) ? tasks[place] : nil
      let radius = 1.6 + 1.6 * Double(chosen[place] ?? 0).squareRoot()
      body += "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" "
      body += "fill=\"\(task.flatMap { colours[$0] } ?? colour(0, of: 1))\" fill-opacity=\"0.7\">"
      body +=
        "<title>\(escaped(task ?? "exemplar")) \(place): \(verb) \(chosen[place] ?? 0) times</title>"
      body += "</circle>"
    }
    body += "<text x=\"20\" y=\"\(number(plot + 10))\">What is alike in meaning is near (two "
    body += "principal components, \(number(map.explained * 100)) % of the variance); larger dots "
    body += "are \(verb) more.</text>"
    if isLegible { body += legend(names, top: plot + 36) }
    return svg(title: title, width: width, height: height, body)
  }
}
