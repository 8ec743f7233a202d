/// Sums gradients of log-probabilities over trajectories of one pool, and propagates them through
/// the exemplar head once at the end.
public struct PolicyGradient: Sendable {
  let network: MatchingNetwork
  let index: ExemplarIndex
  /// The gradient of the state head's parameters, in the flat vector's order.
  private var parameters: [Float]
  /// The gradient with respect to the exemplars' vectors, by exemplar.
  private var exemplarVectors: [Int: [Float]] = [:]

  public init(_ network: MatchingNetwork, index: ExemplarIndex) {
    self.network = network
    self.index = index
    parameters = [Float](repeating: 0, count: network.layout.count)
  }

  /// Adds `weight · ∇ log π(list | query)`; the weight is an advantage in policy gradient.
  ///
  /// - Returns: log π(list | query), natural logarithm.
  /// - Throws: ``PromptMatchingError/invalidPick(_:)`` for a list that cannot be drawn.
  @discardableResult
  public mutating func add(
    list: [Int], query: [Float], options: SelectionOptions, weight: Float = 1
  ) throws(PromptMatchingError) -> Double {
    let logProbability = try network.logProbability(
      of: list, query: query, index: index, options: options)
    var state = try PolicyState(network, index, query: query, options: options)
    let pinned = options.entering(of: index.count).count
    for (place, pick) in list.enumerated() {
      if place >= pinned { addStep(pick, state, weight) }
      state.choose(pick)
    }
    if state.mayStop, list.count < options.shots, list.count >= pinned, state.availableCount > 0 {
      addStep(index.count, state, weight)
    }
    return logProbability
  }

  /// ∂ log p(pick) / ∂ score(j) = (1 − ε)·s(pick)·(δ − s(j)) / (p(pick)·temperature), s the
  /// softmax.
  private mutating func addStep(_ pick: Int, _ state: PolicyState, _ weight: Float) {
    let d = network.layout.dimensions
    let softmax = state.softmax()
    let probability = state.mixed(softmax[pick])
    guard probability > 0 else { return }
    let factor =
      Double(weight) * (1 - state.epsilon) * softmax[pick] / (probability * state.temperature)
    let input = state.input
    let hidden = network.stateHidden(input)
    let vector = network.stateVector(input, hidden: hidden)
    var stateGradient = [Float](repeating: 0, count: d)
    for j in softmax.indices where softmax[j] > 0 {
      let slope = Float(factor * ((j == pick ? 1 : 0) - softmax[j]))
      guard slope != 0 else { continue }
      if j == index.count {
        addStop(slope, vector, chosen: state.chosen.count, into: &stateGradient)
        continue
      }
      addSignals(slope, of: j)
      accumulate(slope, index.mapped[j * d..<(j + 1) * d], into: &stateGradient)
      accumulate(
        slope, vector[...],
        into: &exemplarVectors[j, default: [Float](repeating: 0, count: d)])
    }
    network.backward(
      of: stateGradient, input: input, hidden: hidden, output: .stateOutput,
      outputBias: .stateOutputBias, inputWeights: .stateInput, inputBias: .stateInputBias,
      into: &parameters)
  }

  /// The end of the list is one more row, whose vector is a parameter.
  private mutating func addStop(
    _ slope: Float, _ state: [Float], chosen: Int, into stateGradient: inout [Float]
  ) {
    let vector = network.layout.range(of: .stopVector)
    accumulate(slope, network.parameters[vector], into: &stateGradient)
    accumulate(slope, state[...], into: &parameters, at: vector.lowerBound)
    parameters[network.layout.range(of: .stopScores).lowerBound + min(chosen, 1)] += slope
  }

  private mutating func addSignals(_ slope: Float, of exemplar: Int) {
    let count = network.layout.signals
    guard !index.signals.isEmpty else { return }
    accumulate(
      slope, index.signals[exemplar * count..<(exemplar + 1) * count], into: &parameters,
      at: network.layout.range(of: .signalWeights).lowerBound)
  }

  /// The gradient with respect to all parameters, in the flat vector's order.
  public func finish() -> [Float] {
    var result = parameters
    for (j, gradient) in exemplarVectors.sorted(by: { $0.key < $1.key }) {
      let input = Array(index.embedding(j))
      let hidden = input.withUnsafeBufferPointer { x in
        x.baseAddress.map(network.exemplarHidden) ?? []
      }
      network.backward(
        of: gradient, input: input, hidden: hidden, output: .exemplarOutput,
        outputBias: .exemplarOutputBias, inputWeights: .exemplarInput,
        inputBias: .exemplarInputBias, into: &result)
    }
    return result
  }
}

extension MatchingNetwork {
  /// Back-propagates a head's output gradient (d values) into its four parts.
  fileprivate func backward(
    of gradient: [Float], input: [Float], hidden: [Float], output: ParameterLayout.Part,
    outputBias: ParameterLayout.Part, inputWeights: ParameterLayout.Part,
    inputBias: ParameterLayout.Part, into result: inout [Float]
  ) {
    let (d, h, columns) = (layout.dimensions, layout.hidden, input.count)
    let matrix = layout.range(of: output).lowerBound
    let firstMatrix = layout.range(of: inputWeights).lowerBound
    let bias = layout.range(of: inputBias).lowerBound
    var hiddenGradient = [Float](repeating: 0, count: h)
    accumulate(1, gradient[...], into: &result, at: layout.range(of: outputBias).lowerBound)
    for i in 0..<d where gradient[i] != 0 {
      let row = matrix + i * h
      accumulate(gradient[i], hidden[...], into: &result, at: row)
      accumulate(gradient[i], parameters[row..<row + h], into: &hiddenGradient)
    }
    for unit in 0..<h {
      let slope = hiddenGradient[unit] * (1 - hidden[unit] * hidden[unit])
      result[bias + unit] += slope
      guard slope != 0 else { continue }
      accumulate(slope, input[...], into: &result, at: firstMatrix + unit * columns)
    }
  }
}

private func accumulate(
  _ factor: Float, _ source: ArraySlice<Float>, into target: inout [Float], at offset: Int = 0
) {
  precondition(offset + source.count <= target.count)
  source.withUnsafeBufferPointer { from in
    target.withUnsafeMutableBufferPointer { to in
      guard let x = from.baseAddress, let y = to.baseAddress else { return }
      addScaled(factor, x, to: y + offset, from.count)
    }
  }
}
