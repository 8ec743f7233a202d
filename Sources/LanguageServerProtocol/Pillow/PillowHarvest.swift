/// `pillow/harvest/list` (since 1): accepted and kept completions that could become exemplars,
/// newest first.
public enum PillowHarvestListRequest: LSPRequest {
  public static let method = "pillow/harvest/list"

  public struct Params: Codable, Sendable {
    /// A document or folder of the project; the first workspace folder if it is missing.
    public var uri: String?
    /// 100 if it is missing, at most 1000.
    public var limit: Int?
  }

  public struct Result: Codable, Sendable, Hashable {
    public var candidates: [Candidate]

    public init(candidates: [Candidate]) { self.candidates = candidates }
  }

  public struct Candidate: Codable, Sendable, Hashable {
    /// The suggestion's id.
    public var id: String
    public var instruction: String
    public var input: String
    /// The accepted answer.
    public var text: String
    public var language: String?
    public var documentURI: String?
    /// ISO 8601
    public var acceptedAt: String
    /// Share of the answer that was still there at the last check, 0 to 1.
    public var keptShare: Double
    /// From the acceptance to that check.
    public var secondsAfterAccept: Double

    public init(
      id: String, instruction: String, input: String, text: String, language: String?,
      documentURI: String?, acceptedAt: String, keptShare: Double, secondsAfterAccept: Double
    ) {
      self.id = id
      self.instruction = instruction
      self.input = input
      self.text = text
      self.language = language
      self.documentURI = documentURI
      self.acceptedAt = acceptedAt
      self.keptShare = keptShare
      self.secondsAfterAccept = secondsAfterAccept
    }
  }
}

/// Parameters that name one completion of the harvest.
public struct PillowHarvestReference: Codable, Sendable, Hashable {
  public var uri: String?
  /// The suggestion's id.
  public var id: String
}

/// `pillow/harvest/take` (since 1): makes an exemplar of a completion.
public enum PillowHarvestTakeRequest: LSPRequest {
  public static let method = "pillow/harvest/take"
  public typealias Params = PillowHarvestReference
  public typealias Result = PillowExemplarResult
}

/// `pillow/harvest/decline` (since 1): does not list a completion again.
public enum PillowHarvestDeclineRequest: LSPRequest {
  public static let method = "pillow/harvest/decline"
  public typealias Params = PillowHarvestReference
  public typealias Result = PillowHarvestListRequest.Result
}
