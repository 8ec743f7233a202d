package import Foundation
package import PromptPool

/// A pair that was found and belongs together.
package struct MinedDraft: Sendable, Equatable {
  package var source: MiningSource
  /// The same for the same thing after it was moved by a rebase or edited.
  package var key: String
  package var draft: ExemplarDraft
  /// `git:COMMIT` or `file:PATH#LINE`.
  package var origin: String
  /// The file that it was read from; nil for a commit.
  package var path: String?
  package var author: String?
  /// When it was written; what is learned from it is learned in this order.
  package var date: Date
  /// How much it is worth, 0 to 1.
  package var score: Double
}
