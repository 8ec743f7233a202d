public import Foundation

/// One exemplar of the list that was drawn for a suggestion.
public struct ShotDraw: Sendable, Codable, Hashable {
  public var exemplar: Int64
  /// The exemplar's version at that time; nil where it was not recorded.
  public var version: Int?
  /// The probability of this pick, given those before it; nil where it was not recorded.
  public var probability: Double?
  public var isPinned: Bool
  /// Whether the model saw it: a long list may not fit into the model's context.
  public var wasInPrompt: Bool

  public init(
    exemplar: Int64, version: Int? = nil, probability: Double? = nil, isPinned: Bool = false,
    wasInPrompt: Bool = true
  ) {
    self.exemplar = exemplar
    self.version = version
    self.probability = probability
    self.isPinned = isPinned
    self.wasInPrompt = wasInPrompt
  }
}

/// One completion, with everything that made it.
public struct Suggestion: Sendable, Codable, Hashable, Identifiable {
  /// A UUID.
  public var id: String
  public var createdAt: Date
  public var documentURI: String?
  public var instruction: String
  public var input: String
  public var language: String?
  /// The list of exemplars, best first.
  public var draws: [ShotDraw]
  /// Probability with which the policy drew this list.
  public var propensity: Double
  public var policyVersion: String
  public var temperature: Double
  /// The exemplars that the list was chosen from; empty where they were not recorded.
  public var candidates: [Int64] = []
  /// Share of uniform exploration in the draw; nil for a list that was not drawn.
  public var epsilon: Double?
  /// Repeats the draw.
  public var seed: UInt64?
  /// Whether the list was drawn at random, or is the likeliest one.
  public var isDrawn = false
  public var model: String
  public var adapter: String?
  /// How the prompt was written; nil where it was not recorded.
  public var promptForm: String?
  public var text: String
  /// The gate's probability that the text would be accepted; nil without a gate.
  public var gateScore: Double?
  /// Whether the gate kept it from being shown.
  public var isWithheld = false

  /// Ids of the exemplars that the model saw, best first: those that outcomes are credited to.
  public var shots: [Int64] { draws.filter(\.wasInPrompt).map(\.exemplar) }

  public init(
    id: String = UUID().uuidString, createdAt: Date, documentURI: String? = nil,
    instruction: String, input: String = "", language: String? = nil, draws: [ShotDraw],
    propensity: Double, policyVersion: String, temperature: Double, model: String,
    adapter: String? = nil, text: String
  ) {
    self.id = id
    self.createdAt = createdAt
    self.documentURI = documentURI
    self.instruction = instruction
    self.input = input
    self.language = language
    self.draws = draws
    self.propensity = propensity
    self.policyVersion = policyVersion
    self.temperature = temperature
    self.model = model
    self.adapter = adapter
    self.text = text
  }

  private enum CodingKeys: String, CodingKey {
    case id, createdAt, documentURI, instruction, input, language, draws, propensity, policyVersion
    case temperature, candidates, epsilon, seed, isDrawn, model, adapter, promptForm, text
    case gateScore, isWithheld
  }
}

/// What became of a suggestion.
public enum FeedbackEvent: String, Sendable, Codable, CaseIterable {
  case shown, accepted, partlyAccepted, rejected, ignored
  /// A newer suggestion took its place.
  case replaced
  /// The user typed something else.
  case typedOver
  /// A check some time after it was accepted: how much of it is still there.
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
  /// Accepted length in UTF-16 code units, as editors count.
  public var acceptedLength: Int?
  /// Share of the accepted text that is still there, 0…1.
  public var keptShare: Double?
  /// Seconds from the acceptance to this check.
  public var secondsAfterAccept: Double?
  /// The user's own words.
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
