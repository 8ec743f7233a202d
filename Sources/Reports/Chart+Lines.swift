extension Chart {
  /// One line per name over the same places, with marks at some of them.
  ///
  /// - Parameters:
  ///   - series: values by place; all from 0 on.
  ///   - marks: places with a word, such as a change or a version.
  ///   - unit: what the places are.
  public static func lines(
    _ series: [(name: String, values: [Double])], marks: [(place: Int, word: String)] = [],
    title: String, unit: String
  ) -> String {
    let finite = series.map { ($0.name, $0.values.map { $0.isFinite ? $0 : 0 }) }
      .filter { !$0.1.isEmpty }
    guard let most = finite.map(\.1.count).max(), most > 1 else { return "" }
    let high = max(finite.flatMap(\.1).max() ?? 1, 1e-9)
    let (width, plot) = (720.0, 260.0)
    let rows = (finite.count + 4) / 5
    let height = plot + 40 + 18 * Double(rows)
    func x(_ place: Int) -> Double { 50 + Double(place) / Double(most - 1) * (width - 70) }
    func y(_ value: Double) -> Double { plot - max(0, value) / high * (plot - 50) }
    var body =
      "<path class=\"axis\" d=\"M50 40V\(number(plot))H\(number(width - 20))\"/>"
      + "<text x=\"44\" y=\"52\" text-anchor=\"end\">\(short(high))</text>"
      + "<text x=\"44\" y=\"\(number(plot))\" text-anchor=\"end\">0</text>"
      + "<text x=\"\(number(width - 20))\" y=\"\(number(plot + 16))\" text-anchor=\"end\">"
      + "\(most) \(escaped(unit))</text>"
    for mark in marks where (0..<most).contains(mark.place) {
      body += "<path class=\"mark\" d=\"M\(number(x(mark.place))) 40V\(number(plot))\"/>"
      body += "<text class=\"small\" x=\"\(number(x(mark.place) + 3))\" y=\"38\">"
      body += "\(escaped(mark.word))</text>"
    }
    for (place, line) in finite.enumerated() {
      let colour = "hsl(\(number(Double(place) * 360 / Double(finite.count))) 60% 48%)"
      let path = line.1.enumerated().map { "\(number(x($0))) \(number(y($1)))" }
        .joined(separator: "L")
      body += "<path class=\"line\" style=\"stroke:\(colour)\" d=\"M\(path)\"/>"
      let (column, row) = (Double(place % 5), Double(place / 5))
      let (left, top) = (50 + column * 132, plot + 36 + row * 18)
      body += "<rect x=\"\(number(left))\" y=\"\(number(top - 9))\" width=\"10\" height=\"10\" "
      body += "style=\"fill:\(colour)\"/>"
      body += "<text x=\"\(number(left + 15))\" y=\"\(number(top))\">\(escaped(line.0))</text>"
    }
    return svg(title: title, width: width, height: height, body)
  }
}
