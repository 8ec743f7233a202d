/// What is mined. The raw values are the names on the command line, in pools (`mined-commits`) and
/// in reports.
public enum MiningSource: String, Sendable, CaseIterable, Codable, Hashable {
  case commits, docs, functions, tests, changelog, prose

  /// The pool that its exemplars enter.
  public var pool: String { "mined-\(rawValue)" }

  /// As many exemplars of one source enter a pool, so that none floods it.
  public var cap: Int {
    switch self {
    case .commits: 800
    case .docs, .functions: 400
    case .tests, .changelog: 200
    case .prose: 100
    }
  }
}

/// Why something that was looked at is no exemplar.
public enum SkipReason: String, Sendable, Codable, Hashable, CaseIterable {
  case merge, revert, bot, fixup, release, trivial, overlong, reformatting, generated, ignored
  case secret, nearDuplicate, shallow, large, overCap, noText
}

/// What to mine, and how long.
public struct MiningOptions: Sendable, Equatable {
  public var sources: Set<MiningSource>
  /// Only what was committed since then, as `git log --since` reads it.
  public var since: String?
  /// Only what this author committed, as `git log --author` reads it.
  public var author: String?
  /// In seconds; what is left is mined by the next run.
  public var timeLimit: Double

  public init(
    sources: Set<MiningSource> = Set(MiningSource.allCases), since: String? = nil,
    author: String? = nil, timeLimit: Double = 120
  ) {
    self.sources = sources
    self.since = since
    self.author = author
    self.timeLimit = timeLimit
  }

  /// Whether only some of the work is mined, so that the result says nothing about the rest.
  var isRestricted: Bool { since != nil || author != nil }
}
