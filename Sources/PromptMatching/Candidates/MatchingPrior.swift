/// What is measured of an exemplar for an instruction beside the similarity of their vectors.
public enum CandidateSignal: Int, Sendable, CaseIterable {
  /// BM25 of instruction and input, as a share of what a copy of them would have.
  case words
  /// The same of how the instruction begins and ends (its first and last words): requests of one
  /// kind are worded alike there.
  case form
  /// How short the candidates' answers are, on average: 1 / (1 + characters / 100). It is the same
  /// for all candidates, so it does not rank them; it tells whether they are worth their room. Short
  /// answers show a form that a model cannot guess, and long ones mostly what it would write anyway.
  case brevity
  /// How much more the exemplar's answer is like those of the other candidates than theirs are, by
  /// how answers begin and end. Candidates that are of the instruction's kind have answers of one
  /// form; one of another kind stands out.
  case agreement
}

/// What is known about choosing exemplars before anything is learned: how much each signal counts
/// beside cosine similarity, and how good the best exemplar has to be.
public struct MatchingPrior: Sendable, Hashable {
  public let words: Float
  public let form: Float
  public let brevity: Float
  public let agreement: Float
  /// The score below which no exemplar is better than any.
  public let firstStop: Float
  /// The score below which no further exemplar is added.
  public let laterStop: Float

  public init(
    words: Float, form: Float, brevity: Float, agreement: Float, firstStop: Float,
    laterStop: Float
  ) {
    self.words = words
    self.form = form
    self.brevity = brevity
    self.agreement = agreement
    self.firstStop = firstStop
    self.laterStop = laterStop
  }

  /// Of the ``CandidateSignal``s, in their order.
  public var weights: [Float] { [words, form, brevity, agreement] }

  /// The prior of every new project. Its numbers were chosen on some collections of tasks and
  /// not on held-out ones (docs/evaluation.md).
  public static let measured = MatchingPrior(
    words: 1, form: 1.2, brevity: 4, agreement: 2, firstStop: 2.8, laterStop: 0)
}
