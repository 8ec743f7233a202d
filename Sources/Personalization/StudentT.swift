/// Quantiles of Student's t distribution.
public enum StudentT {
  /// - Parameters:
  ///   - normal: the same quantile of the normal distribution: 1.6449 for 95 %, 1.96 for 97.5 %.
  ///   - freedom: degrees of freedom; infinite for less than 1. Exact to 0.02 from 4 on.
  ///
  /// Source: Abramowitz and Stegun, 26.7.5, an expansion in 1/freedom.
  public static func quantile(normal x: Double, freedom: Int) -> Double {
    guard freedom > 0 else { return .infinity }
    let n = Double(freedom)
    let x3 = x * x * x
    let x5 = x3 * x * x
    let x7 = x5 * x * x
    return x + (x3 + x) / (4 * n) + (5 * x5 + 16 * x3 + 3 * x) / (96 * n * n)
      + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n * n * n)
  }
}
