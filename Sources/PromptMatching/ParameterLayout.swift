/// Where each matrix and bias of a ``MatchingNetwork`` lies in its flat parameter vector.
///
/// With d dimensions of the encoder and h hidden units; matrices are row-major, [rows × columns].
public struct ParameterLayout: Sendable, Hashable {
  /// Length d of the encoder's vectors.
  public let dimensions: Int
  /// Hidden units h of each head.
  public let hidden: Int

  public init(dimensions: Int, hidden: Int) {
    self.dimensions = dimensions
    self.hidden = hidden
  }

  /// The named parts, in their order in the vector.
  public enum Part: String, Sendable, CaseIterable {
    /// [h × d]
    case exemplarInput
    /// [h]
    case exemplarInputBias
    /// [d × h]
    case exemplarOutput
    /// [d]
    case exemplarOutputBias
    /// [h × 2d]: the instruction's embedding, then the mean of the chosen exemplars'.
    case stateInput
    /// [h]
    case stateInputBias
    /// [d × h]
    case stateOutput
    /// [d]
    case stateOutputBias
  }

  /// Number of parameters of a part.
  public func size(of part: Part) -> Int {
    switch part {
    case .exemplarInput, .exemplarOutput, .stateOutput: hidden * dimensions
    case .stateInput: hidden * 2 * dimensions
    case .exemplarInputBias, .stateInputBias: hidden
    case .exemplarOutputBias, .stateOutputBias: dimensions
    }
  }

  /// The part's range in the flat vector.
  public func range(of part: Part) -> Range<Int> {
    var start = 0
    for other in Part.allCases {
      if other == part { break }
      start += size(of: other)
    }
    return start..<start + size(of: part)
  }

  /// Length of the flat vector.
  public var count: Int { Part.allCases.reduce(0) { $0 + size(of: $1) } }
}
