/// What narrows a large pool to the exemplars that the policy can think of at all, before it draws.
extension MatchingNetwork {
  /// Whether the exemplar head leaves vectors as they are, as on day zero.
  public var leavesExemplarsAsTheyAre: Bool {
    isZero(.exemplarOutput) && isZero(.exemplarOutputBias)
  }

  /// Exemplars' vectors as the policy compares them, [n × d]: the inner product of one with ``stateVector(query:)``
  /// is its score as a first pick.
  public func mappedExemplars(_ embeddings: [Float]) throws(PromptMatchingError) -> [Float] {
    try index(embeddings: embeddings).mapped
  }

  /// The state's vector before anything is chosen, d values.
  public func stateVector(query: [Float]) throws(PromptMatchingError) -> [Float] {
    let input = try unitQuery(query) + [Float](repeating: 0, count: layout.dimensions)
    return stateVector(input, hidden: stateHidden(input))
  }
}
