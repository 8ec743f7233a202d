public import Foundation

/// One completion that was offered, with all that is needed to learn from what becomes of it.
public struct Suggestion: Sendable, Codable, Hashable, Identifiable {
  /// A UUID.
  public var id: String
  public var createdAt: Date
  public var documentURI: String?
  public var instruction: String
  public var input: String
  public var language: String?
  /// Ids of the exemplars, in the order in which they were drawn.
  public var shots: [Int64]
  /// Probability with which the policy drew this list.
  public var propensity: Double
  public var policyVersion: String
  public var temperature: Double
  public var model: String
  public var adapter: String?
  public var text: String

  public init(
    id: String = UUID().uuidString, createdAt: Date, documentURI: String? = nil,
    instruction: String, input: String = "", language: String? = nil, shots: [Int64],
    propensity: Double, policyVersion: String, temperature: Double, model: String,
    adapter: String? = nil, text: String
  ) {
    self.id = id
    self.createdAt = createdAt
    self.documentURI = documentURI
    self.instruction = instruction
    self.input = input
    self.language = language
    self.shots = shots
    self.propensity = propensity
    self.policyVersion = policyVersion
    self.temperature = temperature
    self.model = model
    self.adapter = adapter
    self.text = text
  }
}

/// What became of a suggestion.
public enum FeedbackEvent: String, Sendable, Codable, CaseIterable {
  case shown, accepted, partlyAccepted, rejected, ignored
  /// A newer suggestion took its place.
  case replaced
  /// The person typed something else.
  case typedOver
  /// Looked at some time after it was accepted: how much is still there.
  case kept

  /// Those that decide about a suggestion, strongest first: an accept counts whatever comes before
  /// or after it.
  static let byStrength: [FeedbackEvent] = [
    .accepted, .rejected, .partlyAccepted, .typedOver, .replaced, .ignored, .shown,
  ]

  /// What became of a suggestion; nil when it was never shown.
  public static func outcome(of events: [Feedback]) -> FeedbackEvent? {
    byStrength.first { event in events.contains { $0.event == event } }
  }
}

/// One event in a suggestion's life.
public struct Feedback: Sendable, Codable, Hashable {
  public var suggestionID: String
  public var event: FeedbackEvent
  public var at: Date
  /// Accepted characters (UTF-16 code units, as editors count).
  public var acceptedLength: Int?
  /// Share of the accepted text that is still there, 0…1.
  public var keptShare: Double?
  /// Seconds from the acceptance to this look.
  public var secondsAfterAccept: Double?
  /// The person's own words.
  public var reason: String?

  public init(
    suggestionID: String, event: FeedbackEvent, at: Date, acceptedLength: Int? = nil,
    keptShare: Double? = nil, secondsAfterAccept: Double? = nil, reason: String? = nil
  ) {
    self.suggestionID = suggestionID
    self.event = event
    self.at = at
    self.acceptedLength = acceptedLength
    self.keptShare = keptShare
    self.secondsAfterAccept = secondsAfterAccept
    self.reason = reason
  }
}
