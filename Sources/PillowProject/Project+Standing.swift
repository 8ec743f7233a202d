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
}
