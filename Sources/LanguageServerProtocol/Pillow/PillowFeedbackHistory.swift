/// `pillow/feedback/history` (since 1): the latest suggestions with what became of them, newest
/// first.
public enum PillowFeedbackHistoryRequest: LSPRequest {
  public static let method = "pillow/feedback/history"

  public struct Params: Codable, Sendable {
    public var uri: String?
    /// Only this suggestion.
    public var id: String?
    /// 100 where it is missing, at most 1000.
    public var limit: Int?
  }

  public struct Result: Codable, Sendable, Hashable {
    public var suggestions: [Suggestion]

    public init(suggestions: [Suggestion]) { self.suggestions = suggestions }
  }

  public struct Suggestion: Codable, Sendable, Hashable {
    public var id: String
    /// ISO 8601
    public var at: String
    public var documentURI: String?
    public var instruction: String
    public var language: String?
    public var text: String
    public var model: String
    /// Ids of the exemplars, in the order in which they were drawn.
    public var shots: [Int64]
    public var propensity: Double
    public var policyVersion: String
    public var events: [Event]

    public init(
      id: String, at: String, documentURI: String?, instruction: String, language: String?,
      text: String, model: String, shots: [Int64], propensity: Double, policyVersion: String,
      events: [Event]
    ) {
      self.id = id
      self.at = at
      self.documentURI = documentURI
      self.instruction = instruction
      self.language = language
      self.text = text
      self.model = model
      self.shots = shots
      self.propensity = propensity
      self.policyVersion = policyVersion
      self.events = events
    }
  }

  public struct Event: Codable, Sendable, Hashable {
    /// `shown`, `accepted`, …
    public var event: String
    /// ISO 8601
    public var at: String
    public var acceptedLength: Int?
    public var keptShare: Double?
    public var secondsAfterAccept: Double?
    public var reason: String?

    public init(
      event: String, at: String, acceptedLength: Int? = nil, keptShare: Double? = nil,
      secondsAfterAccept: Double? = nil, reason: String? = nil
    ) {
      self.event = event
      self.at = at
      self.acceptedLength = acceptedLength
      self.keptShare = keptShare
      self.secondsAfterAccept = secondsAfterAccept
      self.reason = reason
    }
  }
}
