/// What the policy chooses among: the exemplars nearest to the instruction.
///
/// A network that has seen some thousand rewards knows little of exemplars that are unlike the
/// instruction, and among thousands of them some get high scores by chance. So the nearest are
/// found first, by cosine similarity, and the network chooses among these: what other systems call
/// retrieval and re-ranking. Propensities are those of this narrowed policy: they sum to 1 over
/// lists of candidates, and lists with anything else have probability 0.
public enum Candidates {
  /// How many the policy gets for a list of so many shots; those that are pinned come on top.
  public static func count(shots: Int) -> Int { max(12, 3 * shots) }
}
