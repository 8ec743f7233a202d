/// Where each matrix and bias of a ``MatchingNetwork`` lies in its flat parameter vector.
///
/// With d dimensions of the encoder, h hidden units and s signals; matrices are row-major,
/// [rows × columns].
public struct ParameterLayout: Sendable, Hashable {
  /// Length d of the encoder's vectors.
  public let dimensions: Int
  /// Hidden units h of each head.
  public let hidden: Int
  /// How many ``CandidateSignal``s s the network weighs beside the vectors; 0 for a network of
  /// vectors alone.
  public let signals: Int
  /// Whether the network can end a list early, and so choose the empty list.
  public let stops: Bool

  public init(dimensions: Int, hidden: Int, signals: Int = 0, stops: Bool = false) {
    self.dimensions = dimensions
    self.hidden = hidden
    self.signals = signals
    self.stops = stops
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
    /// [s]: how much each signal counts.
    case signalWeights
    /// [d]: what stands for the end of the list in the place of an exemplar's vector.
    case stopVector
    /// [2]: added to the score of ending a list, before its first exemplar and after.
    case stopScores
  }

  /// Number of parameters of a part.
  public func size(of part: Part) -> Int {
    switch part {
    case .exemplarInput, .exemplarOutput, .stateOutput: hidden * dimensions
    case .stateInput: hidden * 2 * dimensions
    case .exemplarInputBias, .stateInputBias: hidden
    case .exemplarOutputBias, .stateOutputBias: dimensions
    case .signalWeights: signals
    case .stopVector: stops ? dimensions : 0
    case .stopScores: stops ? 2 : 0
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
