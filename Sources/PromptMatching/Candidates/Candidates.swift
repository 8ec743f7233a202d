/// The exemplars that the policy chooses among: those nearest to the instruction.
///
/// A network that has seen some thousand rewards knows little about exemplars that are unlike the
/// instruction, and among thousands of them some get high scores by chance. So the nearest are
/// found first, by cosine similarity, and the network chooses among these, which other systems call
/// retrieval and re-ranking. Propensities are those of this narrowed policy: they sum to 1 over
/// lists of candidates, and any other list has probability 0.
public enum Candidates {
  /// How many candidates the policy gets for a list of this many shots; pinned exemplars are added
  /// to them.
  public static func count(shots: Int) -> Int { max(12, 3 * shots) }
}
