public import JSONRPC

/// `pillow/exemplars/list` (since 1): the exemplars that fit the filters, by words when there is a
/// text.
public enum PillowExemplarsListRequest: LSPRequest {
  public static let method = "pillow/exemplars/list"

  public struct Params: Codable, Sendable {
    public var uri: String?
    /// Words to look for; best first then.
    public var text: String?
    public var pool: String?
    public var tag: String?
    public var language: String?
    /// Also those that were removed.
    public var removed: Bool?
    public var offset: Int?
    /// 100 where it is missing.
    public var limit: Int?
    public var partialResultToken: ProgressToken?
  }

  /// Partial results hold exemplars alone.
  public struct Result: Codable, Sendable, Hashable {
    public var exemplars: [PillowExemplar]
    /// How many fit in all.
    public var total: Int

    public init(exemplars: [PillowExemplar], total: Int) {
      self.exemplars = exemplars
      self.total = total
    }
  }
}

/// `pillow/exemplars/get` (since 1): one exemplar, its earlier versions, and how it has fared.
public enum PillowExemplarsGetRequest: LSPRequest {
  public static let method = "pillow/exemplars/get"
  public typealias Params = PillowExemplarReference

  public struct Result: Codable, Sendable, Hashable {
    public var exemplar: PillowExemplar
    /// Oldest first.
    public var history: [Version]
    public var use: Use

    public init(exemplar: PillowExemplar, history: [Version], use: Use) {
      self.exemplar = exemplar
      self.history = history
      self.use = use
    }
  }

  public struct Version: Codable, Sendable, Hashable {
    public var instruction: String
    public var input: String
    public var output: String

    public init(instruction: String, input: String, output: String) {
      self.instruction = instruction
      self.input = input
      self.output = output
    }
  }

  /// In how many suggestions it stood, and what became of those.
  public struct Use: Codable, Sendable, Hashable {
    public var suggested: Int
    public var shown: Int
    public var accepted: Int
    public var rejected: Int

    public init(suggested: Int, shown: Int, accepted: Int, rejected: Int) {
      self.suggested = suggested
      self.shown = shown
      self.accepted = accepted
      self.rejected = rejected
    }
  }
}

/// An exemplar of a project.
public struct PillowExemplarReference: Codable, Sendable, Hashable {
  public var uri: String?
  public var id: Int64
}

/// An exemplar alone as a result.
public struct PillowExemplarResult: Codable, Sendable, Hashable {
  public var exemplar: PillowExemplar

  public init(exemplar: PillowExemplar) { self.exemplar = exemplar }
}

/// `pillow/exemplars/add` (since 1)
public enum PillowExemplarsAddRequest: LSPRequest {
  public static let method = "pillow/exemplars/add"
  public typealias Result = PillowExemplarResult

  public struct Params: Codable, Sendable {
    public var uri: String?
    /// `editor` where it is missing.
    public var pool: String?
    public var instruction: String
    public var input: String?
    public var output: String
    public var tags: [String]?
    public var language: String?
  }
}

/// `pillow/exemplars/update` (since 1): what is missing stays as it is; the earlier version is
/// kept.
public enum PillowExemplarsUpdateRequest: LSPRequest {
  public static let method = "pillow/exemplars/update"
  public typealias Result = PillowExemplarResult

  public struct Params: Codable, Sendable {
    public var uri: String?
    public var id: Int64
    public var instruction: String?
    public var input: String?
    public var output: String?
    public var tags: [String]?
    public var language: String?
  }
}

/// The parameters of what is done to an exemplar, or taken back.
public struct PillowExemplarSwitch: Codable, Sendable, Hashable {
  public var uri: String?
  public var id: Int64
  /// `false` takes it back.
  public var on: Bool?
}

/// `pillow/exemplars/remove` (since 1)
public enum PillowExemplarsRemoveRequest: LSPRequest {
  public static let method = "pillow/exemplars/remove"
  public typealias Params = PillowExemplarSwitch
  public typealias Result = PillowExemplarResult
}

/// `pillow/exemplars/pin` (since 1): a pinned exemplar stands in every prompt.
public enum PillowExemplarsPinRequest: LSPRequest {
  public static let method = "pillow/exemplars/pin"
  public typealias Params = PillowExemplarSwitch
  public typealias Result = PillowExemplarResult
}

/// `pillow/exemplars/mute` (since 1): a muted exemplar stands in none.
public enum PillowExemplarsMuteRequest: LSPRequest {
  public static let method = "pillow/exemplars/mute"
  public typealias Params = PillowExemplarSwitch
  public typealias Result = PillowExemplarResult
}
