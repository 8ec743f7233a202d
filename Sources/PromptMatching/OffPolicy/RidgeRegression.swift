/// Linear least squares with an intercept and a penalty on the slopes, solved by Cholesky
/// decomposition.
struct RidgeRegression {
  private let coefficients: [Double]

  /// - Parameter penalty: on each squared slope, per sample.
  init(_ samples: [(features: [Double], value: Double)], penalty: Double = 1e-3) {
    let width = (samples.first?.features.count ?? 0) + 1
    var normal = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    var right = [Double](repeating: 0, count: width)
    for (features, value) in samples where features.count == width - 1 {
      let row = [1] + features
      for i in 0..<width {
        right[i] += row[i] * value
        for j in 0...i { normal[i][j] += row[i] * row[j] }
      }
    }
    // The intercept carries a trace of penalty too: without samples it is 0 instead of undefined.
    let scale = Double(max(1, samples.count))
    for i in 0..<width { normal[i][i] += (i == 0 ? 1e-9 : penalty) * scale }
    coefficients = solveByCholesky(&normal, right)
  }

  func predict(_ features: [Double]) -> Double {
    guard features.count == coefficients.count - 1 else { return coefficients[0] }
    return zip(coefficients.dropFirst(), features).reduce(coefficients[0]) { $0 + $1.0 * $1.1 }
  }
}
