internal import PromptMatching
public import Reports

/// Percentile bootstrap over queries: two matchers are compared on the same resampled queries.
///
/// Source: Efron and Tibshirani, 1993; Koehn, 2004.
public enum PairedBootstrap {
  /// The mean of `values`, one a query.
  public static func mean(
    _ values: [Double], resamples: Int = 2_000, seed: UInt64 = 0
  ) -> Interval {
    guard !values.isEmpty else { return Interval(mean: .nan, low: .nan, high: .nan) }
    var generator = SeededGenerator(seed: seed)
    let count = values.count
    let means = (0..<resamples).map { _ in
      var sum = 0.0
      for _ in 0..<count { sum += values[Int(generator.uniform() * Double(count))] }
      return sum / Double(count)
    }.sorted()
    let last = resamples - 1
    return Interval(
      mean: values.reduce(0, +) / Double(count), low: means[Int(0.025 * Double(last))],
      high: means[Int((0.975 * Double(last)).rounded(.up))])
  }

  /// Mean of a − b; both have one value a query, in the same order.
  public static func difference(
    _ a: [Double], _ b: [Double], resamples: Int = 2_000, seed: UInt64 = 0
  ) -> Interval {
    precondition(a.count == b.count, "paired values need the same queries")
    return mean(zip(a, b).map { $0 - $1 }, resamples: resamples, seed: seed)
  }

  /// Places that are drawn with replacement, for figures that are no plain means.
  static func resamples(of count: Int, count draws: Int, seed: UInt64) -> [[Int]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<draws).map { _ in
      (0..<count).map { _ in Int(generator.uniform() * Double(count)) }
    }
  }
}
