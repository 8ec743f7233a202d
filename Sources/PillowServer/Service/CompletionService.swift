package import Foundation
package import PromptPool

/// What one project does for the server: find exemplars, complete, and remember.
///
/// The seam between the protocol and the engine. The server has one for each workspace folder.
package protocol CompletionService: Sendable {
  /// The exemplars that fit; needs the sentence encoder, but no language model.
  ///
  /// - Throws: ``ServiceError``, or `CancellationError`.
  func match(_ query: InstructionQuery) async throws -> ExemplarMatch

  /// The language model's answer, as it came. Waits for the model while it loads.
  ///
  /// - Parameter onText: gets the text in pieces while it grows.
  /// - Throws: ``ServiceError``, or `CancellationError` soon after its task is cancelled.
  func complete(
    _ query: InstructionQuery, match: ExemplarMatch,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedText

  /// Lets the model read the prompt of a completion that may follow, so that it begins sooner.
  ///
  /// - Throws: as ``complete(_:match:onText:)``.
  func read(_ query: InstructionQuery, match: ExemplarMatch) async throws

  /// What ``complete(_:match:onText:)`` would call its model.
  func modelName() async throws -> String

  /// Another answer to the same query, told apart by its number from 1 on; `nil` where the project
  /// makes only one.
  func alternative(
    _ number: Int, to query: InstructionQuery, match: ExemplarMatch
  ) async throws -> CompletedText?

  /// The match of a prompt without exemplars.
  func matchingNothing() -> ExemplarMatch

  /// The project's pool, for what looks at it or changes it.
  var pool: PromptPool { get }

  /// The pool was changed: the next match has to see it.
  func poolChanged()

  /// How an exemplar has fared so far; `nil` when that is not known.
  func standing(of exemplar: Int64) async throws -> ExemplarStanding?

  /// An exemplar of the pool; `nil` if it has been removed.
  func exemplar(_ id: Int64) async throws -> ExemplarText?

  /// Stores what is about to be shown; durable when it returns.
  func record(_ suggestion: SuggestionRecord) async throws

  /// Stores what became of a suggestion; durable when it returns.
  ///
  /// - Returns: `false` when the project knows no such suggestion.
  func record(_ feedback: FeedbackRecord) async throws -> Bool

  /// What to do about an accepted suggestion, once it was recorded how much of it is kept; takes it
  /// where the setting is to take all. The user's answer goes to the ``pool``.
  ///
  /// - Parameter refusal: why nothing of a document, given by its URI, may enter a pool; nil when
  ///   it may.
  /// - Returns: nil when nothing is to be done.
  func proposeHarvest(
    of suggestionID: String, setting: HarvestSetting, refusal: @Sendable (String) -> String?
  ) async throws -> HarvestProposal?

  /// Calls back with what happens by itself, on any thread, as long as the project lives.
  func observe(_ observer: @escaping @Sendable (ServiceEvent) -> Void)

  /// Begins to load what will be needed, without waiting for it.
  func prepare()

  /// What of the project could not be used, a sentence each for the user.
  var problems: [String] { get }
}

extension CompletionService {
  package var problems: [String] { [] }

  package func read(_ query: InstructionQuery, match: ExemplarMatch) async throws {}

  package func matchingNothing() -> ExemplarMatch {
    ExemplarMatch(shots: [], propensity: 1, policyVersion: "none", temperature: 0)
  }

  package func alternative(
    _ number: Int, to query: InstructionQuery, match: ExemplarMatch
  ) async throws -> CompletedText? { nil }

  package func standing(of exemplar: Int64) async throws -> ExemplarStanding? { nil }
}

/// How often an exemplar stood in suggestions, and what became of those.
package struct ExemplarStanding: Sendable, Equatable {
  package var suggested: Int
  package var accepted: Int
  package var rejected: Int

  package init(suggested: Int, accepted: Int, rejected: Int) {
    self.suggested = suggested
    self.accepted = accepted
    self.rejected = rejected
  }
}

/// What the instruction at the cursor asks of a project.
package struct InstructionQuery: Sendable, Hashable {
  package var instruction: String
  package var input: String
  package var language: String?

  package init(instruction: String, input: String = "", language: String? = nil) {
    self.instruction = instruction
    self.input = input
    self.language = language
  }
}

/// An exemplar as the server shows it.
package struct ExemplarText: Sendable, Hashable {
  package var id: Int64
  package var instruction: String
  package var input: String
  package var output: String
  package var tags: [String]
  package var language: String?
  package var pool: String

  package init(
    id: Int64, instruction: String, input: String, output: String, tags: [String],
    language: String?, pool: String
  ) {
    self.id = id
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
    self.pool = pool
  }
}

/// The exemplars that the policy drew for an instruction, best first, and how it came to them.
package struct ExemplarMatch: Sendable {
  package struct Shot: Sendable {
    package var exemplar: ExemplarText
    /// With which it was drawn, given those before it.
    package var probability: Double
    /// Cosine of the instruction's and the exemplar's embeddings.
    package var similarity: Double
    package var why: String

    package init(
      exemplar: ExemplarText, probability: Double, similarity: Double, why: String
    ) {
      self.exemplar = exemplar
      self.probability = probability
      self.similarity = similarity
      self.why = why
    }
  }

  package var shots: [Shot]
  /// The probability of the whole list.
  package var propensity: Double
  package var policyVersion: String
  package var temperature: Double
  /// The service's own form of it, which it gets back to complete with.
  package var origin: (any Sendable)?

  package init(
    shots: [Shot], propensity: Double, policyVersion: String, temperature: Double,
    origin: (any Sendable)? = nil
  ) {
    self.origin = origin
    self.shots = shots
    self.propensity = propensity
    self.policyVersion = policyVersion
    self.temperature = temperature
  }
}

/// What the language model wrote.
package struct CompletedText: Sendable {
  package var text: String
  package var model: String

  package init(text: String, model: String) {
    self.text = text
    self.model = model
  }
}

/// One suggestion with what made it.
package struct SuggestionRecord: Sendable {
  package var id: String
  package var documentURI: String
  package var query: InstructionQuery
  package var match: ExemplarMatch
  package var model: String
  /// As it is inserted.
  package var text: String
}

/// What became of a suggestion.
package struct FeedbackRecord: Sendable, Equatable {
  package enum Event: String, Sendable {
    case shown, accepted, partlyAccepted, rejected, ignored, replaced, typedOver, kept
  }

  package var suggestionID: String
  package var event: Event
  /// UTF-16 code units, for parts.
  package var acceptedLength: Int?
  package var reason: String?
  /// Of the accepted text, 0 to 1; with how long after the accept that was.
  package var keptShare: Double?
  package var secondsAfterAccept: Double?

  package init(
    suggestionID: String, event: Event, acceptedLength: Int? = nil, reason: String? = nil,
    keptShare: Double? = nil, secondsAfterAccept: Double? = nil
  ) {
    self.keptShare = keptShare
    self.secondsAfterAccept = secondsAfterAccept
    self.suggestionID = suggestionID
    self.event = event
    self.acceptedLength = acceptedLength
    self.reason = reason
  }
}

/// Why a project cannot do it; the sentences are for the user.
package enum ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A model is not there; the sentence says what to run.
  case modelMissing(String)
  /// This version cannot do it: nothing that the user could change.
  case unavailable(String)
  /// Something else does not work.
  case failed(String)

  package var description: String {
    switch self {
    case .modelMissing(let sentence), .unavailable(let sentence), .failed(let sentence): sentence
    }
  }
}

/// Opens the projects of workspace folders.
package protocol ProjectOpening: Sendable {
  /// Opens the project of a folder. Called once a folder, not on the protocol's thread.
  ///
  /// - Throws: ``ServiceError``.
  func open(_ root: URL, settings: ServerSettings) async throws -> any CompletionService
  /// Where files outside any folder belong: the user's own pool.
  var personalRoot: URL { get }
}
