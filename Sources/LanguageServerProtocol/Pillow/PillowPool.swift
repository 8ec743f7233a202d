public import JSONRPC

/// `pillow/pool/import` (since 1): adds the exemplars of a file of the server's machine.
public enum PillowPoolImportRequest: LSPRequest {
  public static let method = "pillow/pool/import"

  public struct Params: Codable, Sendable {
    public var uri: String?
    public var path: String
    /// By default the file's name without its extension.
    public var pool: String?
    /// By default it is recognised.
    public var format: String?
    /// Takes nothing when any record is bad.
    public var strict: Bool?
    public var keepNearDuplicates: Bool?
    public var workDoneToken: ProgressToken?
  }

  public struct Result: Codable, Sendable, Hashable {
    public var added: Int
    public var duplicates: Int
    public var nearDuplicates: Int
    /// The first 1000 that were skipped.
    public var rejected: [Rejected]
    public var rejectedCount: Int

    public init(
      added: Int, duplicates: Int, nearDuplicates: Int, rejected: [Rejected], rejectedCount: Int
    ) {
      self.added = added
      self.duplicates = duplicates
      self.nearDuplicates = nearDuplicates
      self.rejected = rejected
      self.rejectedCount = rejectedCount
    }
  }

  public struct Rejected: Codable, Sendable, Hashable {
    public var line: Int
    public var reason: String

    public init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }
  }
}

/// `pillow/pool/export` (since 1): a pool as text.
public enum PillowPoolExportRequest: LSPRequest {
  public static let method = "pillow/pool/export"

  public struct Params: Codable, Sendable {
    public var uri: String?
    /// All pools where it is missing.
    public var pool: String?
    /// `jsonl`, `alpaca` or `chatml`; the first where it is missing.
    public var format: String?
    public var partialResultToken: ProgressToken?
  }

  /// With a token the text comes in partial results, and the last one is empty.
  public struct Result: Codable, Sendable, Hashable {
    public var text: String

    public init(text: String) { self.text = text }
  }
}

/// `pillow/pool/stats` (since 1)
public enum PillowPoolStatsRequest: LSPRequest {
  public static let method = "pillow/pool/stats"
  public typealias Params = PillowProject?

  public struct Result: Codable, Sendable, Hashable {
    public var exemplars: Int
    public var removed: Int
    public var pinned: Int
    public var muted: Int
    public var pools: [Pool]
    public var suggestions: Int
    /// Events by name.
    public var feedback: [String: Int]
    public var matcherVersions: Int

    public init(
      exemplars: Int, removed: Int, pinned: Int, muted: Int, pools: [Pool], suggestions: Int,
      feedback: [String: Int], matcherVersions: Int
    ) {
      self.exemplars = exemplars
      self.removed = removed
      self.pinned = pinned
      self.muted = muted
      self.pools = pools
      self.suggestions = suggestions
      self.feedback = feedback
      self.matcherVersions = matcherVersions
    }
  }

  public struct Pool: Codable, Sendable, Hashable {
    public var name: String
    public var exemplars: Int

    public init(name: String, exemplars: Int) {
      self.name = name
      self.exemplars = exemplars
    }
  }
}
