import Foundation
import Personalization
import PromptMatching
import PromptPool

/// What a simulated person does about a suggestion, and what finally stands in her document.
struct PersonReaction: Sendable {
  /// What the server hears; nil where nothing was shown.
  var event: FeedbackEvent?
  var standing: String
  var kind: StandingKind
  /// Characters of the suggestion that stand in the end.
  var keptCharacters: Int
  /// What is left to write, by insertions, deletions and replacements, as a share of the longer of
  /// both texts; 1 where she writes it all.
  var distance: Double

  var isAccepted: Bool { event == .accepted }

  /// - Parameters:
  ///   - suggestion: nil where nothing was shown.
  ///   - reference: what she would write herself.
  ///   - seed: of this opportunity; the same for all arms, so that they meet the same moods.
  init(_ suggestion: String?, reference: String, habits: PersonHabits, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (mood, look, reject, correct) = (
      generator.normal(), generator.uniform(), generator.uniform(), generator.uniform()
    )
    (standing, kind, keptCharacters, distance) = (reference, .typed, 0, 1)
    guard let suggestion, !suggestion.isEmpty else { return }
    let similarity = TextSimilarity.similarity(suggestion, reference)
    let ignores = min(0.6, 1 - exp(-Double(suggestion.count) / habits.patience))
    guard look >= ignores else {
      event = .ignored
      return
    }
    if similarity >= habits.threshold + habits.noise * mood {
      event = .accepted
      distance = 1 - similarity
      // Small differences are mostly corrected.
      let isCorrected = similarity < 1 && correct < 0.7
      (standing, kind) = isCorrected ? (reference, .edited) : (suggestion, .accepted)
      keptCharacters = TextSimilarity.kept(of: suggestion, in: standing)
    } else {
      event = reject < habits.rejects ? .rejected : .typedOver
    }
  }
}
