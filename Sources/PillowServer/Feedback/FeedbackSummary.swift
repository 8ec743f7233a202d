package import PromptPool

/// What became of a project's suggestions, in numbers. Pure.
///
/// The rate of accepts alone favours short and simple texts; ``keptPerShown`` is what to go by: the
/// characters that were accepted and are still there, for each suggestion that was shown.
package struct FeedbackSummary: Sendable, Codable, Equatable {
  /// How many suggestions ended in each outcome. `shown` counts those about which nothing more is
  /// known.
  package var outcomes: [String: Int] = [:]
  package var shown = 0
  package var accepted = 0
  package var rejected = 0
  /// Of those shown; 0 when none was.
  package var acceptRate = 0.0
  /// UTF-16 code units of accepted texts and parts.
  package var acceptedCharacters = 0
  /// Of the accepted ones that were looked at later, the share of text that was still there at the
  /// last look.
  package var keptShare: Double?
  package var keptPerShown = 0.0

  package init(_ suggestions: [(suggestion: Suggestion, events: [Feedback])]) {
    var looked = 0
    var shares = 0.0
    var kept = 0.0
    for (suggestion, events) in suggestions {
      guard let outcome = FeedbackEvent.outcome(of: events) else { continue }
      outcomes[outcome.rawValue, default: 0] += 1
      if events.contains(where: { $0.event == .shown }) { shown += 1 }
      if outcome == .rejected { rejected += 1 }
      guard outcome == .accepted || outcome == .partlyAccepted else { continue }
      accepted += 1
      let part = events.last { $0.event == .partlyAccepted }?.acceptedLength ?? 0
      let length = outcome == .accepted ? suggestion.text.utf16.count : part
      acceptedCharacters += length
      let share = events.last { $0.event == .kept }?.keptShare
      if let share {
        looked += 1
        shares += share
      }
      kept += Double(length) * (share ?? 1)
    }
    if looked > 0 { keptShare = shares / Double(looked) }
    if shown > 0 {
      acceptRate = Double(accepted) / Double(shown)
      keptPerShown = kept / Double(shown)
    }
  }
}
