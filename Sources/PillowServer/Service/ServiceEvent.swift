/// What happens to a project by itself.
package enum ServiceEvent: Sendable, Equatable {
  /// Exemplars get their vectors; the last of a run has all of them done.
  case embedding(done: Int, total: Int, timeLeft: String?)
  /// The run has ended before its end.
  case embeddingStopped
  /// The team's pool files were read again, with a sentence for each line that was skipped.
  case sharedPoolsRead(problems: [String])
  /// A sentence for the user.
  case problem(String)
}

/// What to do about a completion that was kept.
package enum HarvestProposal: Sendable, Equatable {
  /// The user is to be asked.
  case ask(instruction: String)
  /// It is this exemplar now.
  case taken(Int64)
  /// A sentence that says why it may not become one.
  case refused(String)
}
