/// How many answers are made for one request, and what they may cost.
package struct CandidateBudget: Sendable, Hashable {
  /// How many are drawn.
  package var count: Int
  /// How long the others may go on after the first is complete; nil waits for all.
  package var patience: Duration?
  /// How many exemplars show the engine how to find the instruction of an answer; nil does not ask
  /// how likely the instruction is.
  package var turnedShots: Int?

  package init(count: Int, patience: Duration? = nil, turnedShots: Int? = 0) {
    self.count = count
    self.patience = patience
    self.turnedShots = turnedShots
  }

  package static let one = CandidateBudget(count: 1)

  /// For somebody who has not asked: what the pause in typing hides.
  package static func automatic(_ count: Int) -> CandidateBudget {
    // Judging a lone answer by its instruction would cost time and change nothing.
    CandidateBudget(
      count: count, patience: .milliseconds(40), turnedShots: count > 1 ? 0 : nil)
  }

  /// For somebody who has asked for so many: one more, because a small model repeats itself.
  package static func requested(_ count: Int) -> CandidateBudget {
    CandidateBudget(count: count + 1)
  }
}
