public import PromptPool

extension Outcome {
  /// From this similarity to the standing text on, a suggestion would have been kept.
  static let keptSimilarity = 0.7

  /// How alike what was suggested and what finally stands are, 0 to 1; nil while either is unknown.
  public var similarity: Double? {
    guard let standing, !suggested.isEmpty else { return nil }
    return TextSimilarity.similarity(suggested, standing.text)
  }

  /// What the suggestion was worth, 0 to 1, and how much that counts; nil while it is censored.
  ///
  /// The standing text says it best, whoever wrote it. Without one, an accept is worth the share
  /// that was kept, and an explicit reject nothing. What was ignored or replaced says nothing, since
  /// nobody knows whether it was read.
  public var reward: (value: Double, weight: Double)? {
    if event == .rejected { return (0, 1) }
    if let similarity { return (similarity, standing?.kind == .typed ? 0.7 : 1) }
    switch event {
    case .accepted: return (keptShare ?? 1, 1)
    case .partlyAccepted: return (0.5 * (keptShare ?? 1), 0.7)
    case .typedOver: return (0.1, 0.3)
    case .rejected, .ignored, .replaced, .shown, .kept, nil: return nil
    }
  }

  /// Whether it was kept, or would have been; nil while that is censored. It teaches the gate.
  public var isKept: Bool? {
    switch event {
    case .rejected, .typedOver: return false
    case .accepted: return (keptShare ?? similarity ?? 1) >= 0.5
    default: break
    }
    if let similarity { return similarity >= Self.keptSimilarity }
    return event == .partlyAccepted ? (keptShare ?? 1) >= 0.5 : nil
  }

  /// Characters of the suggestion that were kept, or would have been.
  public var keptCharacters: Int {
    guard isKept == true else { return 0 }
    let length = Double(suggested.count)
    return Int((length * (similarity ?? keptShare ?? 1)).rounded())
  }
}
