/// A mean with its 95 % interval.
public struct Interval: Sendable, Codable, Equatable {
  public let mean: Double
  public let low: Double
  public let high: Double

  public init(mean: Double, low: Double, high: Double) {
    self.mean = mean
    self.low = low
    self.high = high
  }

  public var excludesZero: Bool { low > 0 || high < 0 }
}
