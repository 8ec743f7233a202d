public import Foundation
public import PromptPool

/// Why a project cannot be opened or asked; each message says what to do.
public enum ProjectError: Error, Equatable, Sendable {
  /// The project's folder does not exist or is not a folder.
  case noFolder(path: String)
  /// A matcher was asked for that has to be trained first.
  case matcherUntrained(name: String)
  /// A matcher was asked for that has to know the answer.
  case matcherNeedsGold(name: String)
  /// An exemplar of the suggestion was forgotten after it was matched.
  case exemplarGone
  /// Two versions that say nothing of each other.
  case differentKinds(LearnedKind, LearnedKind)
  /// A version whose parameters are damaged.
  case versionUnreadable(Int64)
  /// Too few queries to tell whether training brought anything.
  case tooFewQueries(count: Int, needed: Int)
}

extension ProjectError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .noFolder(let path):
      "There is no folder \(path): name the project's folder with --project."
    case .matcherUntrained(let name):
      "The matcher \(name) has not been trained for this project: run "
        + "`pillow-lsp train matcher --method \(name)`, or choose another."
    case .matcherNeedsGold(let name):
      "The matcher \(name) needs the reference answer, so it works only in `pillow-lsp evaluate`: "
        + "choose another."
    case .exemplarGone:
      "An exemplar of this suggestion is no longer in the pool: ask for another suggestion."
    case .differentKinds(let first, let second):
      "A \(first.rawValue) cannot be compared with a \(second.rawValue): name two versions of one kind; "
        + "`pillow-lsp learning history` lists them."
    case .versionUnreadable(let id):
      "Version \(id) is damaged and serves nothing: name another; `pillow-lsp learning history` lists them."
    case .tooFewQueries(let count, let needed):
      "\(count) queries are too few to train on: \(needed) are needed. Add exemplars to the pool, "
        + "or give a file with --data."
    }
  }

  public var errorDescription: String? { description }
}
