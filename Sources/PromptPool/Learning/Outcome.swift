public import Foundation

/// Who wrote the text that stands below an instruction.
public enum StandingKind: String, Sendable, Codable, CaseIterable {
  /// A suggestion was accepted and not changed.
  case accepted
  /// A suggestion was accepted and then changed.
  case edited
  /// The person wrote it.
  case typed
}

/// The text that stands below an instruction some minutes later.
public struct StandingText: Sendable, Codable, Hashable {
  public var text: String
  public var kind: StandingKind
  public var at: Date

  public init(_ text: String, kind: StandingKind, at: Date) {
    self.text = text
    self.kind = kind
    self.at = at
  }

  /// Longer texts are not recorded, in UTF-8 bytes: they are documents, not answers.
  public static let longest = 8192
}

/// An exemplar that the model saw, with what was known of it and the instruction.
public struct OutcomeShot: Sendable, Codable, Hashable {
  public var exemplar: Int64
  public var pool: String
  /// Numbers that the fast layer reads; see `PairFeatures` of the target Personalization.
  public var features: [Float]

  public init(exemplar: Int64, pool: String, features: [Float]) {
    self.exemplar = exemplar
    self.pool = pool
    self.features = features
  }
}

/// One opportunity to help, and what came of it.
public struct Outcome: Sendable, Hashable, Identifiable {
  /// Rises with each opportunity; 0 before it is stored.
  public var id: Int64 = 0
  /// Rises with each change of any outcome.
  public var revision: Int64 = 0
  /// Nil where nothing was suggested.
  public var suggestionID: String?
  public var at: Date
  public var documentURI: String?
  public var instruction: String
  public var input: String
  public var language: String?
  /// The encoder that ``vector`` is from.
  public var encoder: String
  /// The instruction's unit vector; empty for outcomes so old that it was dropped.
  public var vector: [Float]
  /// What the model saw, best first.
  public var shots: [OutcomeShot]
  /// What was known of the answer when it was decided whether to show it; empty where nothing was
  /// decided.
  public var evidence: [Double]
  /// With which probability it was shown.
  public var showProbability: Double = 1
  /// What was suggested; empty without a suggestion.
  public var suggested: String
  /// Whether the suggestion was kept from being shown.
  public var isWithheld = false
  /// The strongest event; nil while nothing is known.
  public var event: FeedbackEvent?
  /// Share of an accepted text that was there at the last look.
  public var keptShare: Double?
  public var standing: StandingText?
  /// By how many nats per token ``standing`` is likelier after its own instruction than after others;
  /// nil while that has not been measured.
  public var fit: Double?
  /// The exemplar that was made of the standing text.
  public var harvestedAs: Int64?

  public init(
    suggestionID: String? = nil, at: Date, documentURI: String? = nil, instruction: String,
    input: String = "", language: String? = nil, encoder: String, vector: [Float],
    shots: [OutcomeShot] = [], evidence: [Double] = [], suggested: String = ""
  ) {
    self.suggestionID = suggestionID
    self.at = at
    self.documentURI = documentURI
    self.instruction = instruction
    self.input = input
    self.language = language
    self.encoder = encoder
    self.vector = vector
    self.shots = shots
    self.evidence = evidence
    self.suggested = suggested
  }

  /// Whether the person saw the suggestion.
  public var wasShown: Bool { suggestionID != nil && event != nil }

  /// Whether something could be learned here: a further candidate that nobody looked at says nothing.
  public var isOpportunity: Bool { wasShown || isWithheld || standing != nil }
}
