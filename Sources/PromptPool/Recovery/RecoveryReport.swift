/// What was saved from a damaged database.
public struct RecoveryReport: Sendable, Equatable, Codable {
  public internal(set) var exemplars = 0
  /// Exemplars that the pool already had, such as those of shared pools.
  public internal(set) var alreadyThere = 0
  /// Earlier versions of exemplars.
  public internal(set) var versions = 0
  public internal(set) var suggestions = 0
  public internal(set) var feedback = 0
  public internal(set) var matchers = 0
  /// Pages whose rows cannot be read, as far as that is known.
  public internal(set) var damagedPages = 0

  /// Whether nothing was found, not even what the pool already had.
  public var isEmpty: Bool {
    exemplars + alreadyThere + versions + suggestions + feedback + matchers == 0
  }

  public init() {}
}
