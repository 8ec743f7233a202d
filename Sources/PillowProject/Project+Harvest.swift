public import PromptPool
public import Settings

/// What to do about a completion that was kept.
public enum HarvestProposal: Sendable {
  /// The person is asked; the pool's `harvest` and `declineHarvest` take the answer.
  case ask(HarvestCandidate)
  /// It is an exemplar now.
  case taken(Exemplar)
  /// A sentence that says why it may not become one.
  case refused(String)
}

extension Project {
  /// To be called when it was recorded how much of an accepted completion is still there.
  ///
  /// - Parameter refusal: why nothing of a document may be quoted; nil when it may. It gets the
  ///   document's URI.
  /// - Returns: nil when too little was kept, when it is not wanted, or when it was decided before.
  /// - Throws: `PromptPoolError`.
  public func proposeHarvest(
    of suggestionID: String, setting: HarvestSetting,
    refusal: @escaping @Sendable (String) -> String?
  ) async throws -> HarvestProposal? {
    guard setting != .never else { return nil }
    let proposal: HarvestProposal? = try await withPool { pool in
      guard let candidate = try pool.harvestCandidates(of: suggestionID, limit: 1).first else {
        return nil
      }
      if let reason = candidate.suggestion.documentURI.flatMap(refusal) ?? candidate.draft.secret {
        return .refused("A kept completion does not become an exemplar: \(reason).")
      }
      if setting == .ask { return .ask(candidate) }
      return .taken(try pool.harvest(suggestionID, refusal: refusal))
    }
    if case .taken = proposal { poolChanged() }
    return proposal
  }
}
