/// `pillow/learning/status`: what a project has learned, at a glance.
public enum PillowLearningStatusRequest: LSPRequest {
  public static let method = "pillow/learning/status"

  public struct Params: Codable, Sendable {
    public var uri: String?
    public init(uri: String? = nil) { self.uri = uri }
  }

  public struct Result: Codable, Sendable, Equatable {
    public var on, paused: Bool
    public var outcomes, standingTexts, learnedFrom: Int
    /// Whether the standing texts answer their instructions often enough to learn from them.
    public var standingTextsTrusted: Bool
    /// Other projects whose outcomes it began with.
    public var begunWith: Int
    /// Of the newest suggestions that were judged, how many, and how many were kept.
    public var latest, latestKept: Int
    public var policy, gate, adapter: String

    public init(
      on: Bool, paused: Bool, outcomes: Int, standingTexts: Int, standingTextsTrusted: Bool,
      learnedFrom: Int, begunWith: Int, latest: Int, latestKept: Int, policy: String, gate: String,
      adapter: String
    ) {
      self.on = on
      self.paused = paused
      self.outcomes = outcomes
      self.standingTexts = standingTexts
      self.standingTextsTrusted = standingTextsTrusted
      self.learnedFrom = learnedFrom
      self.begunWith = begunWith
      self.latest = latest
      self.latestKept = latestKept
      self.policy = policy
      self.gate = gate
      self.adapter = adapter
    }
  }
}

/// A version of something that was learned.
public struct PillowLearningVersion: Codable, Sendable, Equatable {
  public var id: Int64
  /// `policy`, `gate` or `adapter`.
  public var kind: String
  /// ISO 8601.
  public var at: String
  public var firstOutcome, lastOutcome: Int64
  public var note: String
  public var score, servedScore: Double?
  public var promoted, serving: Bool

  public init(
    id: Int64, kind: String, at: String, firstOutcome: Int64, lastOutcome: Int64, note: String,
    score: Double?, servedScore: Double?, promoted: Bool, serving: Bool
  ) {
    self.id = id
    self.kind = kind
    self.at = at
    self.firstOutcome = firstOutcome
    self.lastOutcome = lastOutcome
    self.note = note
    self.score = score
    self.servedScore = servedScore
    self.promoted = promoted
    self.serving = serving
  }
}

/// `pillow/learning/history`: all versions, oldest first.
public enum PillowLearningHistoryRequest: LSPRequest {
  public static let method = "pillow/learning/history"
  public typealias Params = PillowLearningStatusRequest.Params

  public struct Result: Codable, Sendable, Equatable {
    public var versions: [PillowLearningVersion]
    public init(versions: [PillowLearningVersion]) { self.versions = versions }
  }
}

/// `pillow/learning/compare`: two versions beside each other; higher scores are better.
public enum PillowLearningCompareRequest: LSPRequest {
  public static let method = "pillow/learning/compare"

  public struct Params: Codable, Sendable {
    public var uri: String?
    public var first, second: Int64
    public init(uri: String? = nil, first: Int64, second: Int64) {
      self.uri = uri
      self.first = first
      self.second = second
    }
  }

  public struct Result: Codable, Sendable, Equatable {
    public var first, second: PillowLearningVersion
    public var firstScore, secondScore: Double?
    public var basis: String
    public init(
      first: PillowLearningVersion, second: PillowLearningVersion, firstScore: Double?,
      secondScore: Double?, basis: String
    ) {
      self.first = first
      self.second = second
      self.firstScore = firstScore
      self.secondScore = secondScore
      self.basis = basis
    }
  }
}

/// `pillow/learning/rollback`: takes back the latest step of a kind, and exactly that.
public enum PillowLearningRollbackRequest: LSPRequest {
  public static let method = "pillow/learning/rollback"

  public struct Params: Codable, Sendable {
    public var uri: String?
    public var kind: String
    public init(uri: String? = nil, kind: String) {
      self.uri = uri
      self.kind = kind
    }
  }

  public struct Result: Codable, Sendable, Equatable {
    /// What serves now, in words.
    public var serving: String
    public init(serving: String) { self.serving = serving }
  }
}

/// `pillow/learning/pause`: learning rests, or goes on.
public enum PillowLearningPauseRequest: LSPRequest {
  public static let method = "pillow/learning/pause"
  public typealias Result = PillowLearningStatusRequest.Result

  public struct Params: Codable, Sendable {
    public var uri: String?
    /// False goes on.
    public var on: Bool?
    public init(uri: String? = nil, on: Bool? = nil) {
      self.uri = uri
      self.on = on
    }
  }
}

/// `pillow/learning/reset`: nothing that was learned serves any more.
public enum PillowLearningResetRequest: LSPRequest {
  public static let method = "pillow/learning/reset"
  public typealias Params = PillowLearningStatusRequest.Params
  public typealias Result = PillowLearningStatusRequest.Result
}
