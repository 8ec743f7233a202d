import ArgumentParser

/// A duration as `90`, `90s`, `30m` or `2h`.
struct DurationArgument: ExpressibleByArgument {
  let seconds: Double

  /// What help shows as the default.
  var defaultValueDescription: String {
    for (unit, length) in [("h", 3600.0), ("m", 60)]
    where seconds >= length && seconds.truncatingRemainder(dividingBy: length) == 0 {
      return "\(Int(seconds / length))\(unit)"
    }
    return "\(Int(seconds))s"
  }

  init(seconds: Double) { self.seconds = seconds }

  /// As a limit, of which 0 is none.
  var limit: Double? { seconds > 0 ? seconds : nil }

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let factor = argument.last.flatMap { units[$0] }
    guard let value = Double(factor == nil ? argument : String(argument.dropLast())),
      value >= 0, value.isFinite
    else { return nil }
    seconds = value * (factor ?? 1)
  }
}
