import Foundation
import InstructionCompletion
import LanguageModel
import PillowServer
import PromptPool

/// A project as the server sees it.
struct ProjectService: CompletionService {
  let project: Project
  /// How long answers get and how they are drawn.
  let generation: GenerationOptions

  func match(_ query: InstructionQuery) async throws -> ExemplarMatch {
    let request = query.request
    let match: MatchResult
    do {
      match = try await onceMoreAfterDamage { try await project.match(request) }
    } catch let error as InstructionCompletionError {
      throw error.asServiceError
    } catch let error as PromptPoolError {
      throw ServiceError.failed(error.description)
    }
    return ExemplarMatch(
      shots: match.shots.map { shot in
        .init(
          exemplar: text(shot.exemplar), probability: shot.probability,
          similarity: Double(shot.cosine), why: shot.why)
      },
      propensity: match.propensity, policyVersion: match.policyVersion,
      temperature: match.temperature, origin: match)
  }

  func complete(
    _ query: InstructionQuery, match: ExemplarMatch, onText: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedText {
    try await complete(query, match, generation, onText)
  }

  func read(_ query: InstructionQuery, match: ExemplarMatch) async throws {
    guard let matched = match.origin as? MatchResult else { return }
    try await project.read(query.request, match: matched, options: generation)
  }

  func modelName() async throws -> String { try await project.modelIdentity() }

  /// Drawn with a seed of its own for each number, so that the same question gets the same
  /// alternatives.
  func alternative(
    _ number: Int, to query: InstructionQuery, match: ExemplarMatch
  ) async throws -> CompletedText? {
    var options = generation
    options.sampling.temperature = max(options.sampling.temperature, Self.leastTemperature)
    options.sampling.seed = UInt64(number)
    return try await complete(query, match, options) { _ in }
  }

  /// Below it a small model mostly repeats its likeliest answer.
  private static let leastTemperature: Float = 0.8

  private func complete(
    _ query: InstructionQuery, _ match: ExemplarMatch, _ options: GenerationOptions,
    _ onText: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedText {
    let request = query.request
    guard let matched = match.origin as? MatchResult ?? (match.shots.isEmpty ? .empty : nil) else {
      throw ServiceError.failed("The exemplars of another project cannot be used here.")
    }
    do {
      let result = try await project.complete(
        request, match: matched, options: options, onText: onText)
      return CompletedText(text: result.text, model: result.model)
    } catch let error as InstructionCompletionError {
      throw error.asServiceError
    } catch let error as LanguageModelError {
      throw ServiceError.failed(error.description)
    }
  }

  var pool: PromptPool { project.pool }

  func poolChanged() { project.poolChanged() }

  func exemplar(_ id: Int64) async throws -> ExemplarText? {
    try await onceMoreAfterDamage { try project.pool.exemplar(id).map(text) }
  }

  func standing(of exemplar: Int64) async throws -> ExemplarStanding? {
    let use = try await onceMoreAfterDamage { try project.pool.use(of: exemplar) }
    return ExemplarStanding(
      suggested: use.suggested, accepted: use.accepted, rejected: use.rejected)
  }

  func record(_ suggestion: SuggestionRecord) async throws {
    let record = Suggestion(
      id: suggestion.id, createdAt: Date(), documentURI: suggestion.documentURI,
      instruction: suggestion.query.instruction, input: suggestion.query.input,
      language: suggestion.query.language, shots: suggestion.match.shots.map(\.exemplar.id),
      propensity: suggestion.match.propensity, policyVersion: suggestion.match.policyVersion,
      temperature: suggestion.match.temperature, model: suggestion.model,
      text: suggestion.text)
    do {
      _ = try await onceMoreAfterDamage { try project.pool.record(record) }
    } catch PromptPoolError.exemplarNotFound {
      // A shot was forgotten since it was matched, so what was made of it is not kept either.
      throw ServiceError.failed(
        "An exemplar of this suggestion is not in the pool any more: ask for another.")
    }
  }

  func record(_ feedback: FeedbackRecord) async throws -> Bool {
    let event: FeedbackEvent =
      switch feedback.event {
      case .shown: .shown
      case .accepted: .accepted
      case .partlyAccepted: .partlyAccepted
      case .rejected: .rejected
      case .ignored: .ignored
      case .replaced: .replaced
      case .typedOver: .typedOver
      case .kept: .kept
      }
    let record = Feedback(
      suggestionID: feedback.suggestionID, event: event, at: Date(),
      acceptedLength: feedback.acceptedLength, keptShare: feedback.keptShare,
      secondsAfterAccept: feedback.secondsAfterAccept, reason: feedback.reason)
    do {
      _ = try await onceMoreAfterDamage { try project.pool.record(record) }
      return true
    } catch PromptPoolError.suggestionNotFound {
      return false
    }
  }

  /// A database that turns out to be damaged is set aside, and the call made again with the new
  /// one.
  private func onceMoreAfterDamage<T>(_ body: () async throws -> T) async throws -> T {
    do { return try await body() } catch  where project.recovers(from: error) {
      return try await body()
    }
  }

  func proposeHarvest(
    of suggestionID: String, setting: PillowServer.HarvestSetting,
    refusal: @Sendable (String) -> String?
  ) async throws -> PillowServer.HarvestProposal? {
    let proposal = try await onceMoreAfterDamage {
      try project.proposeHarvest(
        of: suggestionID, setting: .init(rawValue: setting.rawValue), refusal: refusal)
    }
    return switch proposal {
    case .ask(let candidate): .ask(instruction: candidate.suggestion.instruction)
    case .taken(let exemplar): .taken(exemplar.id)
    case .refused(let sentence): .refused(sentence)
    case nil: nil
    }
  }

  var problems: [String] { project.problems }

  func observe(_ observer: @escaping @Sendable (ServiceEvent) -> Void) {
    project.observe { event in
      switch event {
      case .embedding(let progress):
        observer(
          .embedding(
            done: progress.embedded, total: progress.total, timeLeft: progress.timeLeft))
      case .embeddingStopped: observer(.embeddingStopped)
      case .sharedPoolsRead(let report): observer(.sharedPoolsRead(problems: report.problems))
      case .problem(let sentence): observer(.problem(sentence))
      }
    }
  }

  func prepare() { project.prepare() }

  private func text(_ exemplar: Exemplar) -> ExemplarText {
    ExemplarText(
      id: exemplar.id, instruction: exemplar.instruction, input: exemplar.input,
      output: exemplar.output, tags: exemplar.tags, language: exemplar.language,
      pool: exemplar.pool)
  }
}

extension InstructionCompletionError {
  fileprivate var asServiceError: ServiceError {
    switch self {
    case .modelMissing: .modelMissing(description)
    default: .failed(description)
    }
  }
}

extension InstructionQuery {
  fileprivate var request: InstructionRequest {
    InstructionRequest(instruction: instruction, input: input, language: language)
  }
}
