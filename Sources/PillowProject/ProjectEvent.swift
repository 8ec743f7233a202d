public import PromptPool

/// Background events of a project, for those who show them.
public enum ProjectEvent: Sendable {
  /// Files of `.pillow/pools` have changed and were read again.
  case sharedPoolsRead(SharedPoolReport)
  /// Something was committed, or another commit was checked out.
  case headMoved
  /// Changes went to a team's database or came from there.
  case teamSynchronised(TeamReport)
  /// A team's database that could not be reached can be reached again.
  case teamIsBack
  /// Exemplars are being embedded; the last of a run has nothing left.
  case embedding(EmbeddingProgress)
  /// The run has ended before everything had a vector; the next match begins another.
  case embeddingStopped
  /// A sentence for the user.
  case problem(String)
}

/// How far the embedding of a pool is.
public struct EmbeddingProgress: Sendable, Hashable {
  /// Exemplars, of those that had no vector when the run began.
  public let embedded, total: Int
  /// At the pace so far; nil before anything is done.
  public let secondsLeft: Double?

  public init(embedded: Int, total: Int, secondsLeft: Double?) {
    self.embedded = embedded
    self.total = total
    self.secondsLeft = secondsLeft
  }

  public var isFinished: Bool { embedded >= total }

  /// How long it will take, in words for the user.
  public var timeLeft: String? {
    secondsLeft.map { seconds in
      seconds < 90 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) min"
    }
  }
}
