public import PromptPool

/// What to do about a completion that was kept.
public enum HarvestProposal: Sendable {
  /// The person is asked; ``Project/harvest(_:refusal:)`` and `declineHarvest(of:)` take the
  /// answer.
  case ask(HarvestCandidate)
  /// It is an exemplar now.
  case taken(Exemplar)
  /// A sentence that says why it may not become one.
  case refused(String)
}

extension Project {
  /// To be called when it was recorded how much of an accepted completion is still there.
  ///
  /// - Parameters:
  ///   - setting: by default what the project's settings say, else ask.
  ///   - refusal: why nothing of a document may be quoted; nil when it may. It gets the document's
  ///     URI.
  /// - Returns: nil when it is not kept enough, not wanted, or was decided about before.
  /// - Throws: `PromptPoolError`.
  public func proposeHarvest(
    of suggestionID: String, setting: ProjectSettings.HarvestSetting? = nil,
    refusal: (String) -> String?
  ) throws(PromptPoolError) -> HarvestProposal? {
    let setting = setting ?? settings.harvest ?? .ask
    guard setting != .never,
      let candidate = try pool.harvestCandidates(of: suggestionID, limit: 1).first
    else { return nil }
    if let reason = candidate.suggestion.documentURI.flatMap(refusal) ?? candidate.draft.secret {
      return .refused("A kept completion does not become an exemplar: \(reason).")
    }
    if setting == .ask { return .ask(candidate) }
    let exemplar = try pool.harvest(suggestionID, refusal: refusal)
    poolChanged()
    return .taken(exemplar)
  }
}
