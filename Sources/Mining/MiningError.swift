public import PromptPool
public import Foundation

/// What can go wrong while a project is mined.
public enum MiningError: Error, Sendable, Equatable {
  /// Git ran and failed.
  case git(command: String, message: String)
  /// A program could not be started.
  case program(name: String, reason: String)
  /// `--since` or `--author` without a repository.
  case needsRepository(option: String, folder: String)
  /// What Git takes for no date.
  case unknownDate(String)
  case cancelled
  case pool(PromptPoolError)
}

extension MiningError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .git(let command, let message):
      "`git \(command)` failed: \(message). Run that command in the project's folder to see more."
    case .program(let name, let reason): "`\(name)` could not be started: \(reason)."
    case .needsRepository(let option, let folder):
      "\(option) needs a history, and \(folder) is not in a Git repository: leave the option out."
    case .unknownDate(let text):
      "“\(text)” is no date that Git knows: write one such as 2025-01-31, 6.months or “last friday”."
    case .cancelled: "Mining was cancelled; what was found until then stays."
    case .pool(let error): error.description
    }
  }

  public var errorDescription: String? { description }
}
