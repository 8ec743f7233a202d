extension MatchingNetwork {
  /// tanh(W·x + b) of a head's first layer; `x` has `columns` values, the result h.
  func hiddenLayer(
    _ x: UnsafePointer<Float>, columns: Int, weights: ParameterLayout.Part,
    bias: ParameterLayout.Part
  ) -> [Float] {
    let matrix = layout.range(of: weights).lowerBound
    let offset = layout.range(of: bias).lowerBound
    return parameters.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      return (0..<layout.hidden).map { unit in
        hyperbolicTangent(dot(base + matrix + unit * columns, x, columns) + base[offset + unit])
      }
    }
  }

  /// skip + W·hidden + b of a head's second layer; d values.
  func outputLayer(
    _ hidden: [Float], skip: UnsafePointer<Float>, weights: ParameterLayout.Part,
    bias: ParameterLayout.Part, into result: UnsafeMutablePointer<Float>
  ) {
    let matrix = layout.range(of: weights).lowerBound
    let offset = layout.range(of: bias).lowerBound
    parameters.withUnsafeBufferPointer { values in
      hidden.withUnsafeBufferPointer { units in
        guard let base = values.baseAddress, let unit = units.baseAddress else { return }
        for i in 0..<layout.dimensions {
          let change = dot(base + matrix + i * layout.hidden, unit, layout.hidden)
          result[i] = skip[i] + change + base[offset + i]
        }
      }
    }
  }

  func exemplarHidden(_ x: UnsafePointer<Float>) -> [Float] {
    hiddenLayer(
      x, columns: layout.dimensions, weights: .exemplarInput, bias: .exemplarInputBias)
  }

  /// The state head's first layer for [instruction; mean of the chosen], 2d values.
  func stateHidden(_ input: [Float]) -> [Float] {
    input.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      return hiddenLayer(
        base, columns: 2 * layout.dimensions, weights: .stateInput, bias: .stateInputBias)
    }
  }

  /// The state's vector, d values.
  func stateVector(_ input: [Float], hidden: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: layout.dimensions)
    input.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { target in
        guard let base = values.baseAddress, let out = target.baseAddress else { return }
        outputLayer(hidden, skip: base, weights: .stateOutput, bias: .stateOutputBias, into: out)
      }
    }
    return result
  }

  /// The score of ending a list in a state, whose vector has d values.
  func stopScore(_ state: [Float], chosen: Int) -> Float {
    let start = layout.range(of: .stopVector).lowerBound
    let product = state.withUnsafeBufferPointer { vector in
      parameters.withUnsafeBufferPointer { values in
        guard let from = vector.baseAddress, let base = values.baseAddress else { return Float(0) }
        return dot(from, base + start, layout.dimensions)
      }
    }
    return product + parameters[layout.range(of: .stopScores).lowerBound + min(chosen, 1)]
  }

  /// Checks a query and scales it to length 1; a zero vector stays zero.
  func unitQuery(_ query: [Float]) throws(PromptMatchingError) -> [Float] {
    guard query.count == layout.dimensions else {
      throw .wrongDimensions(expected: layout.dimensions, found: query.count)
    }
    guard query.allSatisfy(\.isFinite) else { throw .notFinite(row: nil) }
    return normalised(query)
  }
}

/// Unit vectors stay unchanged, bit for bit.
func normalised(_ vector: [Float]) -> [Float] {
  let square = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
  guard square > 0, abs(square - 1) > 1e-5 else { return vector }
  let scale = Float(1 / square.squareRoot())
  return vector.map { $0 * scale }
}
