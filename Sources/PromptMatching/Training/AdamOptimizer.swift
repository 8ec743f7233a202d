/// Adam (Kingma and Ba, 2015) with weight decay towards the starting point, and clipping by norm.
struct AdamOptimizer: Sendable, Codable, Equatable {
  private(set) var step = 0
  /// β₁ and β₂ to the power of `step`.
  private var firstPower: Float = 1
  private var secondPower: Float = 1
  private var first: [Float]
  private var second: [Float]
  static let beta1: Float = 0.9
  static let beta2: Float = 0.999
  static let stability: Float = 1e-8

  init(count: Int) {
    first = [Float](repeating: 0, count: count)
    second = first
  }

  /// Takes one step uphill.
  ///
  /// - Returns: the gradient's norm before it was clipped.
  @discardableResult
  mutating func ascend(
    _ parameters: inout [Float], gradient: [Float], start: [Float], options: TrainingOptions
  ) -> Double {
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard norm.isFinite else { return norm }
    let scale = Float(norm > options.gradientNorm ? options.gradientNorm / norm : 1)
    step += 1
    let rate = Float(options.learningRate)
    firstPower *= Self.beta1
    secondPower *= Self.beta2
    let firstCorrection = 1 - firstPower
    let secondCorrection = 1 - secondPower
    let decay = rate * Float(options.weightDecay)
    for i in parameters.indices {
      let slope = gradient[i] * scale
      first[i] = Self.beta1 * first[i] + (1 - Self.beta1) * slope
      second[i] = Self.beta2 * second[i] + (1 - Self.beta2) * slope * slope
      let root = (second[i] / secondCorrection).squareRoot() + Self.stability
      parameters[i] += rate * first[i] / firstCorrection / root
      parameters[i] -= decay * (parameters[i] - start[i])
    }
    return norm
  }
}
