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

  /// A share with Wilson's score interval (1927), which also holds for small counts and for shares
  /// near 0 and 1.
  ///
  /// - Parameter count: at least 1.
  public init(share hits: Int, of count: Int) {
    let (n, z) = (Double(count), 1.96)
    let share = Double(hits) / n
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let variance = share * (1 - share) / n + z * z / (4 * n * n)
    let reach = z * variance.squareRoot() / (1 + z * z / n)
    self.init(mean: share, low: max(0, middle - reach), high: min(1, middle + reach))
  }

  public var excludesZero: Bool { low > 0 || high < 0 }
}
