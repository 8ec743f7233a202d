/// What narrows a large pool to the exemplars that the policy can think of at all, before it draws.
extension MatchingNetwork {
  /// Whether the exemplar head leaves vectors as they are, as on day zero.
  public var leavesExemplarsAsTheyAre: Bool {
    isZero(.exemplarOutput) && isZero(.exemplarOutputBias)
  }

  /// An exemplar's vector as the policy compares it, d values: its inner product with ``stateVector(query:)`` is the
  /// score of a first pick.
  public func mappedExemplar(_ embedding: [Float]) throws(PromptMatchingError) -> [Float] {
    let index = try index(embeddings: embedding)
    guard index.count == 1 else {
      throw .wrongDimensions(expected: layout.dimensions, found: embedding.count)
    }
    return index.mapped
  }

  /// The state's vector before anything is chosen, d values.
  public func stateVector(query: [Float]) throws(PromptMatchingError) -> [Float] {
    let input = try unitQuery(query) + [Float](repeating: 0, count: layout.dimensions)
    return stateVector(input, hidden: stateHidden(input))
  }
}
