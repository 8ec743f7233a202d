public import CompletionEngine
public import Foundation
public import PromptMatching
public import PromptPool

extension Suggestion {
  /// A completion with everything that made it.
  ///
  /// - Parameter text: as it would be inserted.
  public init(
    id: String, at date: Date, documentURI: String?, request: InstructionRequest,
    match: MatchResult, completion: Completion, text: String
  ) {
    let inPrompt = Set(completion.shots)
    self.init(
      id: id, createdAt: date, documentURI: documentURI, instruction: request.instruction,
      input: request.input, language: request.language,
      draws: match.shots.enumerated().map { position, shot in
        ShotDraw(
          exemplar: shot.exemplar.id, version: shot.exemplar.version,
          probability: shot.probability, isPinned: shot.isPinned,
          wasInPrompt: inPrompt.contains(position))
      },
      propensity: match.propensity, policyVersion: match.policyVersion,
      temperature: match.temperature, model: completion.identity.model,
      adapter: completion.identity.adapter, text: text)
    candidates = match.candidates
    epsilon = match.draw?.epsilon
    seed = match.draw?.seed
    isDrawn = match.draw != nil
    promptForm = completion.identity.promptForm
  }
}

extension Project {
  /// Stores a suggestion with its first events and what learning needs in one transaction; durable
  /// when it returns.
  ///
  /// - Parameters:
  ///   - match: what chose its exemplars; nil keeps it from being learned from.
  ///   - evidence: the numbers that the suggestion gate saw; empty where it was not asked.
  ///   - showProbability: with which probability it was shown.
  /// - Throws: ``ProjectError/exemplarGone``, `PromptPoolError`.
  public func record(
    _ suggestion: Suggestion, events: [Feedback] = [], match: MatchResult? = nil,
    evidence: [Double] = [], showProbability: Double = 1
  ) async throws {
    let outcome: Outcome? = match?.learned.map { learned in
      let inPrompt = Set(suggestion.shots)
      var outcome = Outcome(
        suggestionID: suggestion.id, at: suggestion.createdAt, instruction: suggestion.instruction,
        encoder: learned.encoder, vector: learned.vector,
        shots: learned.shots.filter { inPrompt.contains($0.exemplar) }, evidence: evidence)
      outcome.showProbability = showProbability
      return outcome
    }
    do {
      try await withPool { _ = try $0.record(suggestion, events: events, outcome: outcome) }
    } catch PromptPoolError.exemplarNotFound {
      // What was made of a forgotten exemplar is not kept either.
      throw ProjectError.exemplarGone
    }
  }

  /// Stores what became of a suggestion; durable when it returns.
  ///
  /// - Returns: `false` when the project knows no such suggestion.
  public func record(_ feedback: Feedback) async throws -> Bool {
    do {
      try await withPool { _ = try $0.record(feedback) }
      return true
    } catch PromptPoolError.suggestionNotFound {
      return false
    }
  }
}
