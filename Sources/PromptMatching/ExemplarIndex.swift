/// The exemplar side of the policy, computed once for a pool and a set of parameters.
///
/// Memory: one float table of n × d, a second one once the network has learned, and n × (h + 1)
/// projections, which make every pick after the first cost n·h instead of n·d operations. In
/// service it is built from the ``Candidates`` of one instruction.
public struct ExemplarIndex: Sendable {
  public let count: Int
  public let dimensions: Int
  /// Unit embeddings, [n × d] row-major.
  let inputs: [Float]
  /// The exemplar head's vectors, [n × d]; on day zero the same storage as `inputs`.
  let mapped: [Float]
  /// mapped · W₂ of the state head, [n × h]; nil while W₂ is zero.
  let projections: [Float]?
  /// mapped · b₂ of the state head, [n]; nil while b₂ is zero.
  let offsets: [Float]?
  /// By exemplar, its signals for one instruction, [n × s]; empty where none were measured.
  let signals: [Float]
  /// signals · weights, [n]; nil without signals.
  let signalScores: [Float]?
  let fingerprint: String

  /// The exemplar's unit embedding.
  public func embedding(_ index: Int) -> ArraySlice<Float> {
    inputs[index * dimensions..<(index + 1) * dimensions]
  }
}

extension MatchingNetwork {
  /// Maps a pool's embeddings, [n × d] row-major, through the exemplar head.
  ///
  /// - Parameter signals: of each exemplar for one instruction, row-major; empty where none were
  ///   measured, and for a network that weighs none. Of each row the first s count: a network
  ///   from an earlier version of the program does not use signals that were added later.
  /// - Throws: ``PromptMatchingError/wrongDimensions(expected:found:)`` if a length is not a
  ///   multiple of d or of s, ``PromptMatchingError/notFinite(row:)``.
  public func index(
    embeddings: [Float], signals: [Float] = []
  ) throws(PromptMatchingError) -> ExemplarIndex {
    let d = layout.dimensions
    guard d > 0, embeddings.count % d == 0 else {
      throw .wrongDimensions(expected: d, found: d > 0 ? embeddings.count % d : 0)
    }
    let count = embeddings.count / d
    let isSignalled = layout.signals > 0 && !signals.isEmpty
    let width = count > 0 ? signals.count / count : 0
    guard !isSignalled || width >= layout.signals && signals.count == count * width else {
      throw .wrongDimensions(expected: count * layout.signals, found: signals.count)
    }
    let signals =
      isSignalled ? (0..<count).flatMap { signals[$0 * width..<$0 * width + layout.signals] } : []
    if isSignalled, let bad = signals.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: bad / layout.signals)
    }
    let inputs = try unitRows(embeddings, count: count)
    let mapped =
      isZero(.exemplarOutput) && isZero(.exemplarOutputBias)
      ? inputs : mapExemplars(inputs, count: count)
    return ExemplarIndex(
      count: count, dimensions: d, inputs: inputs, mapped: mapped,
      projections: isZero(.stateOutput) ? nil : project(mapped, count: count),
      offsets: isZero(.stateOutputBias) ? nil : offsets(mapped, count: count),
      signals: signals,
      signalScores: isSignalled
        ? products(
          signals, count: count, with: Array(parameters[layout.range(of: .signalWeights)]),
          columns: layout.signals) : nil,
      fingerprint: fingerprint)
  }

  private func unitRows(_ rows: [Float], count: Int) throws(PromptMatchingError) -> [Float] {
    let d = layout.dimensions
    var result = rows
    let bad: Int? = result.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      for row in 0..<count {
        let vector = base + row * d
        let square = dot(vector, vector, d)
        guard square.isFinite else { return row }
        guard square > 0, abs(square - 1) > 1e-5 else { continue }
        let scale = 1 / square.squareRoot()
        for i in 0..<d { vector[i] *= scale }
      }
      return nil
    }
    if let bad { throw .notFinite(row: bad) }
    return result
  }

  /// One block at a time: what the head keeps for the backward pass would take as much memory
  /// again.
  private func mapExemplars(_ inputs: [Float], count: Int) -> [Float] {
    let d = layout.dimensions
    var result: [Float] = []
    result.reserveCapacity(inputs.count)
    for start in stride(from: 0, to: count, by: 1024) {
      let end = min(count, start + 1024)
      let block = Matrix(rows: end - start, columns: d, values: Array(inputs[start * d..<end * d]))
      result += forward(.exemplar, block).output.values
    }
    return result
  }

  private func project(_ mapped: [Float], count: Int) -> [Float] {
    let (d, h) = (layout.dimensions, layout.hidden)
    let output = Matrix(
      rows: d, columns: h, values: Array(parameters[layout.range(of: .stateOutput)]))
    return Matrix(rows: count, columns: d, values: mapped).times(output).values
  }

  private func offsets(_ mapped: [Float], count: Int) -> [Float] {
    let d = layout.dimensions
    let bias = Array(parameters[layout.range(of: .stateOutputBias)])
    return products(mapped, count: count, with: bias, columns: d)
  }
}

/// rows · vector for a row-major table.
func products(_ rows: [Float], count: Int, with vector: [Float], columns: Int) -> [Float] {
  [Float](unsafeUninitializedCapacity: count) { target, initialised in
    rows.withUnsafeBufferPointer { table in
      vector.withUnsafeBufferPointer { right in
        guard let base = table.baseAddress, let factor = right.baseAddress else {
          target.initialize(repeating: 0)
          return
        }
        for row in 0..<count { target[row] = dot(base + row * columns, factor, columns) }
      }
    }
    initialised = count
  }
}
