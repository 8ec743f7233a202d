import Foundation

/// Natural logarithm and exponential in the width of their argument.
func logarithm(_ x: Float) -> Float { log(x) }
func exponential(_ x: Float) -> Float { exp(x) }

/// ln Σ e^x, in double precision.
func logSumExp(_ values: UnsafeBufferPointer<Float>) -> Double {
  guard var highest = values.first else { return -.infinity }
  for value in values where value > highest { highest = value }
  var sum = 0.0
  for value in values { sum += Double(exp(value - highest)) }
  return Double(highest) + log(sum)
}
