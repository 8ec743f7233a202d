/// Several answers to one prompt.
public struct GenerationBatch: Sendable {
  /// In the order in which they were asked for.
  public var generations: [Generation]
  /// Tokens that went through the layers after the prompt. Sequences that are equal so far go
  /// through them as one, so it may be less than the generations have.
  public var computedTokens: Int
  /// From the first token on.
  public var seconds: Double
}
