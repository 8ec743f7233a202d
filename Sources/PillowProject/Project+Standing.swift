import CompletionEngine
import Foundation
import Personalization
public import PromptMatching
public import PromptPool
import SentenceEncoder

extension Project {
  /// Stores what stands below the instruction of a suggestion; durable when it returns.
  ///
  /// Nothing is stored of texts that seem to hold a secret, or are longer than
  /// ``StandingText/longest``.
  ///
  /// - Returns: the outcome's number; nil when nothing was stored.
  @discardableResult
  public func record(
    _ standing: StandingText, ofSuggestion id: String
  ) async throws -> Int64? {
    guard SecretScanner.find(in: standing.text) == nil else { return nil }
    return try await withPool { pool in
      guard let outcome = try pool.outcome(ofSuggestion: id),
        try pool.record(standing, ofOutcome: outcome)
      else { return nil }
      return outcome
    }
  }

  /// Takes back what stood below the instruction of a suggestion: it is gone, or belongs to another
  /// one.
  public func withdrawStandingText(ofSuggestion id: String) async throws {
    try await withPool { pool in
      guard let outcome = try pool.outcome(ofSuggestion: id) else { return }
      try pool.withdrawStandingText(ofOutcome: outcome)
    }
  }

  /// Stores what a person wrote below an instruction that got no suggestion.
  ///
  /// - Returns: the outcome's number; nil when nothing was stored.
  @discardableResult
  public func record(
    _ standing: StandingText, below request: InstructionRequest, documentURI: String?
  ) async throws -> Int64? {
    guard SecretScanner.find(in: standing.text) == nil,
      SecretScanner.find(in: request.embeddedText) == nil,
      standing.text.utf8.count <= StandingText.longest
    else { return nil }
    let encoder = try await models.encoder()
    let outcome = Outcome(
      at: standing.at, documentURI: documentURI, instruction: request.instruction,
      input: request.input, language: request.language, encoder: encoder.identity,
      vector: try await encoder.embed(request.embeddedText))
    return try await withPool { pool in
      guard let id = try pool.record(outcome) else { return nil }
      try pool.record(standing, ofOutcome: id)
      return id
    }
  }

  /// Makes an exemplar of a standing text that belongs to its instruction.
  ///
  /// What was accepted belongs to it; what was typed is tested (``isPlausible(_:)``). An exemplar
  /// that was harvested from the same instruction before is replaced, since habits change.
  ///
  /// - Returns: the exemplar; nil when the text does not belong to its instruction, or is in the pool
  ///   already.
  @discardableResult
  public func harvestStandingText(ofOutcome id: Int64) async throws -> Exemplar? {
    guard let outcome = try await withPool({ try $0.outcome(id) }),
      outcome.harvestedAs == nil, let standing = outcome.standing,
      try await isPlausible(outcome)
    else { return nil }
    let exemplar: Exemplar? = try await withPool { pool in
      let draft = ExemplarDraft(
        instruction: outcome.instruction, input: outcome.input, output: standing.text,
        tags: ["harvested"], language: outcome.language)
      guard draft.secret == nil else { return nil }
      do {
        return try pool.harvest(draft, ofOutcome: id)
      } catch PromptPoolError.duplicate, PromptPoolError.invalidExemplar {
        return nil
      }
    }
    if exemplar != nil { poolChanged() }
    return exemplar
  }

  /// Whether a standing text belongs to its instruction: people also write something unrelated below
  /// a comment.
  ///
  /// What is much like an accepted suggestion does. Otherwise, the text has to be likelier after its
  /// own instruction than after others of the project, by ``Plausibility/margin`` nats per token. An
  /// engine that cannot score texts believes everything.
  public func isPlausible(_ outcome: Outcome) async throws -> Bool {
    guard let standing = outcome.standing else { return false }
    if let similarity = outcome.similarity, similarity >= Plausibility.trustedSimilarity,
      standing.kind != .typed || similarity >= 0.9
    {
      return true
    }
    let others = try await withPool { pool in
      Plausibility.others(
        for: outcome, among: try pool.standingTexts(limit: Plausibility.searched))
    }
    guard !others.isEmpty else { return outcome.event == .accepted }
    let own = InstructionRequest(
      instruction: outcome.instruction, input: outcome.input, language: outcome.language)
    let asked =
      [own]
      + others.map {
        InstructionRequest(instruction: $0.instruction, input: $0.input, language: $0.language)
      }
    guard
      let found = try await engine.likelihoods(
        of: asked.map { ConversationAnswer(Conversation($0), answer: standing.text) })
    else { return true }
    return Plausibility.belongs(
      own: found[0].nllPerToken, others: found.dropFirst().map(\.nllPerToken))
  }
}
