import CKernels
import Kernels

/// AdamW with clipping by the gradient's whole norm (Loshchilov and Hutter, 2019).
struct AdamW {
  var beta1: Float = 0.9
  var beta2: Float = 0.999
  var epsilon: Float = 1e-8
  var decay: Float = 0
  /// 0 for none.
  var clip: Float = 1

  /// Values of a part, which one thread takes at a time.
  static let chunk = 1 << 16

  /// One step; the gradient stays as it was.
  ///
  /// - Parameter number: Counted from 1.
  /// - Returns: the gradient's norm.
  func step(_ vector: TrainableVector, rate: Float, number: Int, team: ThreadTeam) -> Float {
    let chunks = (vector.count + Self.chunk - 1) / Self.chunk
    // Sums of fixed parts, added up in their order.
    var squares = [Double](repeating: 0, count: chunks)
    squares.withUnsafeMutableBufferPointer { squares in
      nonisolated(unsafe) let squares = squares
      team.run(vector.count, by: Self.chunk) { range, _ in
        squares[range.lowerBound / Self.chunk] = pk_sum_of_squares(
          vector.gradient + range.lowerBound, range.count)
      }
    }
    let norm = Float(squares.reduce(0, +).squareRoot())
    let options = pk_adamw(
      rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay,
      correction1: 1 - power(beta1, number), correction2: 1 - power(beta2, number),
      clip: clip > 0 && norm > clip ? clip / (norm + 1e-6) : 1)
    team.run(vector.count, by: Self.chunk) { range, _ in
      var options = options
      let first = range.lowerBound
      if first >= vector.decayed { options.decay = 0 }
      pk_adamw_step(
        &options, vector.values + first, vector.gradient + first, vector.mean + first,
        vector.variance + first, range.count)
    }
    return norm
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var (result, base, exponent) = (1.0, Double(base), exponent)
    while exponent > 0 {
      if exponent % 2 == 1 { result *= base }
      base *= base
      exponent /= 2
    }
    return Float(result)
  }
}
