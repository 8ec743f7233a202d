/// The instructions of mined exemplars. What asks with the same words gets exemplars of the same
/// pool.
package enum MinedInstruction {
  package static let commit = "Write the commit message for this change."
  package static let test = "Write a test for this function."
  package static let changelogEntry = "Write the change log entry for this change."

  package static func document(_ noun: String) -> String { "Document this \(noun)." }

  /// The source whose exemplars answer an instruction; nil for the words of a person.
  package static func source(of instruction: String) -> MiningSource? {
    switch instruction {
    case commit, "Write a commit message for this change.": .commits
    case test: .tests
    case changelogEntry: .changelog
    case document("function"), document("type"): .docs
    default: nil
    }
  }
}
