/// PILLOW's matching network (Qi et al., EMNLP 2023 Industry Track, arXiv 2312.05621): one
/// multilayer perceptron for exemplars, one for the state; the softmax of their dot products, over
/// what is not yet chosen, is the policy.
///
/// Both heads are residual: `head(x) = x + W₂·tanh(W₁·x + b₁) + b₂`. The state head reads the
/// instruction's embedding and the mean of the chosen exemplars' embeddings, and adds to the
/// former. On day zero W₂ and the biases are zero, so their product is the cosine similarity and
/// the chosen exemplars have no influence; W₁ has orthogonal rows, so that learning starts from
/// distinct features.
///
/// To an exemplar's score its ``CandidateSignal``s are added, each with a weight. A network that
/// stops has one more choice at each step, the end of the list: the product of the state's vector
/// with a learned vector, and a score. Chosen first, it gives the empty list.
public struct MatchingNetwork: Sendable, Equatable {
  public let layout: ParameterLayout
  /// Identity of the encoder whose vectors the network reads.
  public let encoderIdentity: String
  /// All parameters, in the order of ``layout``.
  public let parameters: [Float]
  /// Sixteen hexadecimal digits that identify these parameters.
  public let fingerprint: String

  /// - Throws: ``PromptMatchingError/corrupt(_:)`` for a wrong number of parameters or a NaN.
  public init(
    layout: ParameterLayout, encoderIdentity: String, parameters: [Float]
  ) throws(PromptMatchingError) {
    guard parameters.count == layout.count else {
      throw .corrupt("\(parameters.count) parameters instead of \(layout.count)")
    }
    guard parameters.allSatisfy(\.isFinite) else { throw .corrupt("a parameter is not finite") }
    self.init(trusted: layout, encoderIdentity, parameters)
  }

  private init(trusted layout: ParameterLayout, _ encoderIdentity: String, _ values: [Float]) {
    self.layout = layout
    self.encoderIdentity = encoderIdentity
    self.parameters = values
    let digits = String(values.withUnsafeBytes { fnv1a($0) }, radix: 16)
    fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The network that has learned nothing: it ranks by cosine similarity and the signals of a
  /// prior.
  ///
  /// - Parameter prior: nil for cosine similarity alone, without the choice of the empty list.
  public static func dayZero(
    dimensions: Int, hidden: Int = 64, encoderIdentity: String, seed: UInt64 = 0,
    prior: MatchingPrior? = nil
  ) -> MatchingNetwork {
    let layout = ParameterLayout(
      dimensions: dimensions, hidden: hidden, signals: prior?.weights.count ?? 0,
      stops: prior != nil)
    var generator = SeededGenerator(seed: seed)
    var values = [Float](repeating: 0, count: layout.count)
    for (part, columns) in [
      (ParameterLayout.Part.exemplarInput, dimensions), (.stateInput, 2 * dimensions),
    ] {
      let matrix = orthogonalRows(rows: hidden, columns: columns, using: &generator)
      values.replaceSubrange(layout.range(of: part), with: matrix)
    }
    if let prior {
      values.replaceSubrange(layout.range(of: .signalWeights), with: prior.weights)
      values.replaceSubrange(
        layout.range(of: .stopScores), with: [prior.firstStop, prior.laterStop])
    }
    return MatchingNetwork(trusted: layout, encoderIdentity, values)
  }

  /// The same network with other parameters, as after a training step.
  public func with(parameters: [Float]) throws(PromptMatchingError) -> MatchingNetwork {
    try MatchingNetwork(
      layout: layout, encoderIdentity: encoderIdentity, parameters: parameters)
  }

  /// The network with the signals of a prior that it does not weigh yet, as those of an earlier
  /// program; one that weighs none stays as it is.
  public func adding(signalsOf prior: MatchingPrior) -> MatchingNetwork {
    guard layout.signals > 0, layout.signals < prior.weights.count else { return self }
    let wider = ParameterLayout(
      dimensions: layout.dimensions, hidden: layout.hidden, signals: prior.weights.count,
      stops: layout.stops)
    var values = parameters
    values.insert(
      contentsOf: prior.weights[layout.signals...],
      at: layout.range(of: .signalWeights).upperBound)
    return MatchingNetwork(trusted: wider, encoderIdentity, values)
  }

  func isZero(_ part: ParameterLayout.Part) -> Bool {
    parameters[layout.range(of: part)].allSatisfy { $0 == 0 }
  }
}

/// Gaussian rows, orthonormalised by Gram–Schmidt; beyond the number of columns a new basis starts.
private func orthogonalRows(
  rows: Int, columns: Int, using generator: inout SeededGenerator
) -> [Float] {
  var basis: [[Double]] = []
  var result: [Float] = []
  result.reserveCapacity(rows * columns)
  while result.count < rows * columns {
    if basis.count == columns { basis = [] }
    var row = (0..<columns).map { _ in generator.normal() }
    for earlier in basis {
      var projection = 0.0
      for i in 0..<columns { projection += row[i] * earlier[i] }
      for i in 0..<columns { row[i] -= projection * earlier[i] }
    }
    let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > 1e-6 else { continue }
    row = row.map { $0 / norm }
    basis.append(row)
    result += row.map(Float.init)
  }
  return result
}
