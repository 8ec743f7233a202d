/// Factors a symmetric positive definite matrix, whose lower half is given, into L·Lᵀ; L takes the
/// place of the lower half.
package func factorByCholesky(_ a: inout [[Double]]) {
  for i in a.indices {
    for j in 0...i {
      var sum = a[i][j]
      for k in 0..<j { sum -= a[i][k] * a[j][k] }
      a[i][j] = i == j ? max(sum, 1e-300).squareRoot() : sum / a[j][j]
    }
  }
}

/// Solves a·x = b for a symmetric positive definite matrix whose lower half is given; afterwards
/// `a` holds its factor.
package func solveByCholesky(_ a: inout [[Double]], _ b: [Double]) -> [Double] {
  let n = b.count
  factorByCholesky(&a)
  var x = b
  for i in 0..<n {
    for k in 0..<i { x[i] -= a[i][k] * x[k] }
    x[i] /= a[i][i]
  }
  for i in (0..<n).reversed() {
    for k in i + 1..<max(n, i + 1) { x[i] -= a[k][i] * x[k] }
    x[i] /= a[i][i]
  }
  return x
}
