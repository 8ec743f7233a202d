import PromptMatching
public import PromptPool

/// Tells a text that answers its instruction from one that happens to stand below it. Pure.
public enum Plausibility {
  /// An accepted suggestion that is so much like what stands there needs no test.
  public static let trustedSimilarity = 0.5
  /// The least ``fit(own:others:)`` of a text that belongs to its instruction.
  public static let margin = 0.05
  /// How many instructions it is compared with.
  static let compared = 4
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

  /// By how many nats per token a text is likelier after its own instruction than after others; of four
  /// one may suit it better. Nil without others.
  ///
  /// Order tells more than the mean: where all instructions are of one kind, as for commit messages,
  /// differences are small. How many pass is in docs/evaluation.md.
  ///
  /// - Parameters:
  ///   - own: negative log likelihood per token after the text's own instruction.
  ///   - others: after others.
  public static func fit(own: Double, others: [Double]) -> Double? {
    guard !others.isEmpty else { return nil }
    return others.sorted()[others.count / compared] - own
  }

  /// So many of the newest measured texts tell what the texts of a project are worth.
  public static let judged = 50
  /// The share of them that has to belong to their instructions.
  static let leastShare = 0.7
  /// Before any text is measured, four of five are assumed to belong.
  private static let assumed = (belonging: 4.0, of: 5.0)

  /// Whether anything is learned from the standing texts of a project. Of texts that have nothing to
  /// do with their instructions more than every third passes the test by chance. That is too many to tell
  /// single ones apart, but it shows in their share.
  ///
  /// - Parameter fits: by how many nats per token texts are likelier after their own instructions.
  public static func areTrusted(_ fits: [Double]) -> Bool {
    let belonging = Double(fits.count { $0 >= margin }) + assumed.belonging
    return belonging / (Double(fits.count) + assumed.of) >= leastShare
  }

  private static func cosine(_ a: [Float], _ b: [Float]) -> Float { dotProduct(a, b) }
}
