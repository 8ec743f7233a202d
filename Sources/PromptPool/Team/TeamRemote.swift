public import Foundation

/// A team's database that a project shares a pool with.
public struct TeamRemote: Sendable, Codable, Hashable {
  /// What of the outcomes of suggestions goes to the team.
  public enum Outcomes: String, Sendable, Codable, CaseIterable {
    case none
    /// Numbers alone: which exemplars, how likely, what became of it.
    case numbers
    /// Also the instruction and the text.
    case text
  }

  /// What the project calls it.
  public var name: String
  /// A PostgreSQL address without a password.
  public var address: String
  /// The pool that is shared, by its name here and there.
  public var pool: String
  public var outcomes: Outcomes
  /// Tells one database from another, also from its own restored backup's predecessor.
  public var databaseID: String?
  /// The newest change of the team's that is here, of its exemplars and of its outcomes.
  public var cursor, outcomeCursor: Int64
  /// The newest of this project's own changes of outcomes there.
  public var newestChange: Int64
  /// Whether what the team has of this project's outcomes was compared with what is here.
  public var knowsOutcomes: Bool
  /// Tells this project's outcomes from those of others; empty before the remote is stored.
  public var member: String
  public var syncedAt: Date?
  /// Why the last try failed; nil when it did not.
  public var problem: String?

  public init(
    name: String, address: String, pool: String, outcomes: Outcomes = .none,
    databaseID: String? = nil, cursor: Int64 = 0, outcomeCursor: Int64 = 0,
    newestChange: Int64 = 0, knowsOutcomes: Bool = false, member: String = "",
    syncedAt: Date? = nil, problem: String? = nil
  ) {
    self.name = name
    self.address = address
    self.pool = pool
    self.outcomes = outcomes
    self.databaseID = databaseID
    self.cursor = cursor
    self.outcomeCursor = outcomeCursor
    self.newestChange = newestChange
    self.knowsOutcomes = knowsOutcomes
    self.member = member
    self.syncedAt = syncedAt
    self.problem = problem
  }
}

/// An exemplar as it goes to the team's database and comes from there.
///
/// Its `uid` is the hash of its first content, so that two people who add the same exemplar share
/// it. Content and marks are merged apart from each other: the higher version wins, and among equal
/// ones the greater hash, so that everybody comes to the same result in whatever order changes
/// arrive.
public struct TeamExemplar: Sendable, Codable, Equatable {
  public var uid: String
  /// Of the content; rises by one with each edit.
  public var version: Int
  public var hash: String
  public var instruction: String
  public var input: String
  public var output: String
  /// A JSON array.
  public var tags: String
  public var language: String?
  /// Rises by one each time that a mark changes.
  public var marks: Int
  public var isRetired: Bool
  public var isPinned: Bool

  /// Databases refuse higher versions and counts of marks.
  public static let highestVersion = 1_000_000_000

  public init(
    uid: String, version: Int, hash: String, instruction: String, input: String, output: String,
    tags: String, language: String?, marks: Int, isRetired: Bool, isPinned: Bool
  ) {
    self.uid = uid
    self.version = version
    self.hash = hash
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
    self.marks = marks
    self.isRetired = isRetired
    self.isPinned = isPinned
  }

  var draft: ExemplarDraft {
    ExemplarDraft(
      instruction: instruction, input: input, output: output, tags: decodeTags(tags),
      language: language)
  }
}

/// A change of this machine that the team does not know yet.
public struct TeamChange: Sendable, Equatable {
  public var exemplar: TeamExemplar
  /// The exemplar's number here.
  public var id: Int64
  /// Its own version here when it was read.
  public var localVersion: Int
}
