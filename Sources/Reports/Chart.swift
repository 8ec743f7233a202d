internal import Foundation
public import PromptMatching

/// Self-contained SVG charts, as they go into pages and files.
public enum Chart {
  static let posix = Locale(identifier: "en_US_POSIX")

  /// Training and validation reward by round.
  public static func learningCurve(_ curve: LearningCurve) -> String {
    let training = curve.points.map { (Double($0.round), $0.trainingReward) }
    let validation = curve.validations.map { (Double($0.round), $0.reward) }
    let all = (training + validation).map(\.1).filter(\.isFinite)
    guard let low = all.min(), let high = all.max(), let last = training.last?.0 else { return "" }
    let frame = Frame(
      x: (0, max(1, last)), y: (low, high > low ? high : low + 1), width: 720, height: 300)
    return frame.svg(
      title: "Reward by round",
      frame.axes() + frame.line(training, "training") + frame.line(validation, "validation")
        + legend(["training", "validation"], frame))
  }

  /// One bar a label, with its interval.
  ///
  /// - Parameter isShare: whether values are shares of 1, shown in percent.
  public static func bars(
    _ values: [(label: String, interval: Interval)], title: String, isShare: Bool = false
  ) -> String {
    let finite = values.filter { $0.interval.mean.isFinite && $0.interval.high.isFinite }
    guard let high = finite.map(\.interval.high).max() else { return "" }
    let left = 170.0
    let width = 720.0
    let scale = (width - left - 90) / max(high, 1e-9)
    var body = ""
    for (place, value) in finite.enumerated() {
      let y = 40 + Double(place) * 26
      let end = left + max(0, value.interval.mean) * scale
      body += "<text x=\"\(number(left - 8))\" y=\"\(number(y + 13))\" text-anchor=\"end\">"
      body += "\(escaped(value.label))</text>"
      body += "<rect class=\"bar\" x=\"\(number(left))\" y=\"\(number(y))\" "
      body += "width=\"\(number(end - left))\" height=\"18\"/>"
      body += "<path class=\"whisker\" d=\"M\(number(left + max(0, value.interval.low) * scale)) "
      body += "\(number(y + 9))H\(number(left + value.interval.high * scale))\"/>"
      body += "<text x=\"\(number(left + value.interval.high * scale + 6))\" "
      let mean = value.interval.mean
      body += "y=\"\(number(y + 13))\">\(isShare ? percent(mean) : short(mean))</text>"
    }
    return svg(title: title, width: width, height: 52 + Double(finite.count) * 26, body)
  }

  package static func svg(title: String, width: Double, height: Double, _ body: String) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(width)) \(number(height))\" "
      + "role=\"img\" aria-label=\"\(escaped(title))\"><style>\(style)</style>"
      + "<text class=\"title\" x=\"8\" y=\"20\">\(escaped(title))</text>\(body)</svg>\n"
  }

  private static func legend(_ names: [String], _ frame: Frame) -> String {
    names.enumerated().map { place, name in
      "<text class=\"\(name)\" x=\"\(number(frame.width - 190 + Double(place) * 90))\" y=\"20\">"
        + "\(name)</text>"
    }.joined()
  }

  private static let style =
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:14px}"
    + ".bar{fill:#7ba7d7}.whisker,.axis{stroke:#333;stroke-width:1.5;fill:none}"
    + ".line{fill:none;stroke-width:2}path.training{stroke:#b9791f}path.validation{stroke:#2f6db3}"
    + ".small{font-size:9px}.own{fill:#2f6db3}.other{fill:#b9791f}"
    + "text.training{fill:#b9791f}text.validation{fill:#2f6db3}"
    + ".mark{stroke:#888;stroke-dasharray:3 3}"
    + "@media(prefers-color-scheme:dark){text{fill:#ddd}.whisker,.axis{stroke:#bbb}}"

  package static func number(_ value: Double) -> String {
    String(format: "%.1f", locale: posix, value)
  }
  package static func short(_ value: Double) -> String {
    String(format: "%.3g", locale: posix, value)
  }
  package static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
  package static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: "\"", with: "&quot;")
  }

  /// Maps values to a plot with axes.
  private struct Frame {
    let x, y: (Double, Double)
    let width, height: Double

    func point(_ value: (Double, Double)) -> String {
      let px = 60 + (value.0 - x.0) / (x.1 - x.0) * (width - 80)
      let py = height - 30 - (value.1 - y.0) / (y.1 - y.0) * (height - 70)
      return "\(number(px)) \(number(py))"
    }

    func line(_ values: [(Double, Double)], _ name: String) -> String {
      let path = values.filter { $0.1.isFinite }.map(point).joined(separator: "L")
      return path.isEmpty ? "" : "<path class=\"line \(name)\" d=\"M\(path)\"/>"
    }

    func axes() -> String {
      "<path class=\"axis\" d=\"M60 40V\(number(height - 30))H\(number(width - 20))\"/>"
        + "<text x=\"54\" y=\"46\" text-anchor=\"end\">\(short(y.1))</text>"
        + "<text x=\"54\" y=\"\(number(height - 30))\" text-anchor=\"end\">\(short(y.0))</text>"
        + "<text x=\"\(number(width - 20))\" y=\"\(number(height - 12))\" text-anchor=\"end\">"
        + "\(Int(x.1)) rounds</text>"
    }

    func svg(title: String, _ body: String) -> String {
      Chart.svg(title: title, width: width, height: height, body)
    }
  }
}
