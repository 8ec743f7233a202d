public import Foundation

/// An exemplar that was mined from the project's own work, before it is stored.
public struct MinedRecord: Sendable, Hashable {
  public var draft: ExemplarDraft
  /// The same for the same thing after it was edited or moved; unique within a source.
  public var key: String
  /// `git:COMMIT` or `file:PATH#LINE`.
  public var origin: String
  /// The file that it was read from; nil for a commit.
  public var path: String?
  public var author: String?
  /// The SPDX identifier of the project's licence, where it is known.
  public var licence: String?
  /// How much it is worth, 0 to 1.
  public var score: Double
  /// When it was written.
  public var writtenAt: Date

  public init(
    draft: ExemplarDraft, key: String, origin: String, path: String? = nil, author: String? = nil,
    licence: String? = nil, score: Double, writtenAt: Date
  ) {
    self.draft = draft
    self.key = key
    self.origin = origin
    self.path = path
    self.author = author
    self.licence = licence
    self.score = score
    self.writtenAt = writtenAt
  }
}

extension MinedRecord {
  /// Stands among the hashes of forgotten content for everything that is mined under a key: what it
  /// becomes later is not wanted either.
  static func mark(_ source: String, _ key: String) -> String {
    ExemplarDraft(instruction: "mined", input: source, output: key).contentHash
  }
}

/// What storing mined exemplars did.
public struct MinedChanges: Sendable, Hashable, Codable {
  public internal(set) var added = 0
  /// Exemplars that became another version.
  public internal(set) var changed = 0
  public internal(set) var retired = 0
  /// Nearly the same as another exemplar.
  public internal(set) var nearDuplicates = 0
  /// Removed or edited by a person, and left as they are.
  public internal(set) var kept = 0

  public init() {}

  /// Counts exemplars that were retired.
  public mutating func note(retired count: Int) { retired += count }

  public static func += (total: inout MinedChanges, more: MinedChanges) {
    total.added += more.added
    total.changed += more.changed
    total.retired += more.retired
    total.nearDuplicates += more.nearDuplicates
    total.kept += more.kept
  }
}

/// A mined exemplar as the pool has it.
public struct MinedEntry: Sendable, Hashable {
  public var key: String
  public var exemplarID: Int64
  public var origin: String
  public var path: String?
  public var author: String?
  public var licence: String?
  public var score: Double
  public var writtenAt: Date
  public var isRetired: Bool
}
