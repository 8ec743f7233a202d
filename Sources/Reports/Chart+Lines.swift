extension Chart {
  /// One line per name over the same places, with marks at some of them.
  ///
  /// - Parameters:
  ///   - series: values by place; all from 0 on. What is not a number is left out.
  ///   - marks: places with a word, such as a change or a version.
  ///   - unit: what the places are.
  ///   - isShare: whether values are shares of 1, shown in percent.
  public static func lines(
    _ series: [(name: String, values: [Double])], marks: [(place: Int, word: String)] = [],
    title: String, unit: String, isShare: Bool = false
  ) -> String {
    let series = series.filter { !$0.values.isEmpty }
    guard let most = series.map(\.values.count).max(), most > 1 else { return "" }
    let values = series.flatMap(\.values).filter(\.isFinite)
    let high = isShare ? 1 : max(values.max() ?? 1, 1e-9)
    let (width, plot) = (720.0, 260.0)
    let height = plot + 22 + legendHeight(series.count)
    func x(_ place: Int) -> Double { 50 + Double(place) / Double(most - 1) * (width - 70) }
    func y(_ value: Double) -> Double { plot - max(0, value) / high * (plot - 50) }
    var body =
      "<path class=\"axis\" d=\"M50 40V\(number(plot))H\(number(width - 20))\"/>"
      + "<text x=\"44\" y=\"52\" text-anchor=\"end\">\(isShare ? "100 %" : short(high))</text>"
      + "<text x=\"44\" y=\"\(number(plot))\" text-anchor=\"end\">0</text>"
      + "<text x=\"\(number(width - 20))\" y=\"\(number(plot + 16))\" text-anchor=\"end\">"
      + "\(most) \(escaped(unit))</text>"
    for mark in marks where (0..<most).contains(mark.place) {
      body += "<path class=\"mark\" d=\"M\(number(x(mark.place))) 40V\(number(plot))\"/>"
      body += "<text class=\"small\" x=\"\(number(x(mark.place) + 3))\" y=\"38\">"
      body += "\(escaped(mark.word))</text>"
    }
    for (place, line) in series.enumerated() {
      let path = line.values.enumerated().filter { $0.element.isFinite }
        .map { "\(number(x($0))) \(number(y($1)))" }.joined(separator: "L")
      guard !path.isEmpty else { continue }
      let colour = colour(place, of: series.count)
      body += "<path class=\"line\" style=\"stroke:\(colour)\" d=\"M\(path)\"/>"
    }
    body += legend(series.map(\.name), top: plot + 36)
    return svg(title: title, width: width, height: height, body)
  }

  /// Evenly around the circle, from blue on.
  static func colour(_ place: Int, of count: Int) -> String {
    let hue = (215 + Double(place) * 360 / Double(max(1, count)))
      .truncatingRemainder(dividingBy: 360)
    return "hsl(\(number(hue)) 60% 50%)"
  }

  private static let namesInRow = 4

  static func legendHeight(_ count: Int) -> Double {
    18 * Double((count + namesInRow - 1) / namesInRow + 1)
  }

  /// The names with their colours.
  static func legend(_ names: [String], top: Double) -> String {
    names.enumerated().map { place, name in
      let left = 50 + Double(place % namesInRow) * 168
      let top = top + Double(place / namesInRow) * 18
      let fill = colour(place, of: names.count)
      return "<rect x=\"\(number(left))\" y=\"\(number(top - 9))\" width=\"10\" height=\"10\" "
        + "style=\"fill:\(fill)\"/>"
        + "<text x=\"\(number(left + 15))\" y=\"\(number(top))\">\(escaped(name))</text>"
    }.joined()
  }
}
