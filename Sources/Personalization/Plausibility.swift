import PromptMatching
public import PromptPool

/// Tells a text that answers its instruction from one that happens to stand below it. Pure.
public enum Plausibility {
  /// An accepted suggestion that is so much like what stands there needs no test.
  public static let trustedSimilarity = 0.5
  /// By how much the text has to be likelier after its own instruction, in nats per token.
  public static let margin = 0.05
  /// How many instructions it is compared with.
  static let compared = 2
  /// They are looked for among so many of the newest.
  public static let searched = 50

  /// Instructions to compare with: of the newest, those that are least like the outcome's own.
  public static func others(for outcome: Outcome, among recent: [Outcome]) -> [Outcome] {
    let strangers = recent.filter {
      $0.id != outcome.id && $0.language == outcome.language
        && ($0.instruction, $0.input) != (outcome.instruction, outcome.input)
        && !$0.vector.isEmpty
    }
    let ranked = strangers.map { (outcome: $0, cosine: cosine($0.vector, outcome.vector)) }
      .sorted { ($0.cosine, $0.outcome.id) < ($1.cosine, $1.outcome.id) }
    // The most distant ones of all are odd; the middle is what an unrelated instruction looks like.
    let start = ranked.count > 4 * compared ? ranked.count / 4 : 0
    return ranked.dropFirst(start).prefix(compared).map(\.outcome)
  }

  /// - Parameters:
  ///   - own: negative log likelihood per token after the text's own instruction.
  ///   - others: after others.
  public static func belongs(own: Double, others: [Double]) -> Bool {
    guard !others.isEmpty else { return true }
    let mean = others.reduce(0, +) / Double(others.count)
    return mean - own >= margin
  }

  private static func cosine(_ a: [Float], _ b: [Float]) -> Float { dotProduct(a, b) }
}
