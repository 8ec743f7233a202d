/// One of the network's two heads: `head(x) = skip(x) + W₂·tanh(W₁·x + b₁) + b₂`.
enum Head {
  case exemplar, state

  var parts: (input: Part, inputBias: Part, output: Part, outputBias: Part) {
    switch self {
    case .exemplar: (.exemplarInput, .exemplarInputBias, .exemplarOutput, .exemplarOutputBias)
    case .state: (.stateInput, .stateInputBias, .stateOutput, .stateOutputBias)
    }
  }

  typealias Part = ParameterLayout.Part
}

/// What a head computed for a batch, kept for the backward pass.
struct HeadPass {
  let head: Head
  /// [rows × d] for exemplars, [rows × 2d] for states.
  let input: Matrix
  /// [rows × h]
  let hidden: Matrix
  /// [rows × d]
  let output: Matrix
}

extension MatchingNetwork {
  /// A head's vectors for a batch of inputs; the skip is the first d columns.
  func forward(_ head: Head, _ input: Matrix) -> HeadPass {
    let (d, h) = (layout.dimensions, layout.hidden)
    let parts = head.parts
    var hidden = input.timesTransposed(matrix(parts.input, h, input.columns))
    let bias = Array(parameters[layout.range(of: parts.inputBias)])
    for place in hidden.values.indices {
      hidden.values[place] = hyperbolicTangent(hidden.values[place] + bias[place % h])
    }
    var output = hidden.timesTransposed(matrix(parts.output, d, h))
    let outputBias = Array(parameters[layout.range(of: parts.outputBias)])
    for row in 0..<input.rows {
      for i in 0..<d {
        output.values[row * d + i] += input.values[row * input.columns + i] + outputBias[i]
      }
    }
    return HeadPass(head: head, input: input, hidden: hidden, output: output)
  }

  /// Adds to `gradient`, in the order of the parameters, the gradient of a head's parts for
  /// ∂/∂output [rows × d].
  func backward(_ pass: HeadPass, outputGradient: Matrix, into gradient: inout [Float]) {
    let (d, h) = (layout.dimensions, layout.hidden)
    let parts = pass.head.parts
    var hiddenGradient = outputGradient.times(matrix(parts.output, d, h))
    for place in hiddenGradient.values.indices {
      let unit = pass.hidden.values[place]
      hiddenGradient.values[place] *= 1 - unit * unit
    }
    add(outputGradient.transposedTimes(pass.hidden).values, to: parts.output, of: &gradient)
    add(outputGradient.columnSums(), to: parts.outputBias, of: &gradient)
    add(hiddenGradient.transposedTimes(pass.input).values, to: parts.input, of: &gradient)
    add(hiddenGradient.columnSums(), to: parts.inputBias, of: &gradient)
  }

  private func matrix(_ part: ParameterLayout.Part, _ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: Array(parameters[layout.range(of: part)]))
  }

  private func add(
    _ values: [Float], to part: ParameterLayout.Part, of gradient: inout [Float]
  ) {
    for (place, value) in zip(layout.range(of: part), values) { gradient[place] += value }
  }
}
