package import CompletionEngine
import Personalization
package import PillowProject
package import PromptMatching
import Settings

/// The server's way from a request to an answer, for those that have no document: experiments go it,
/// so that they measure what serves.
package struct ServedAnswer: Sendable {
  /// As it would be inserted; empty when nothing is left of it.
  package var text: String
  package var match: MatchResult
  package var completion: Completion
  /// What the suggestion gate reads; empty from an engine that does not say how sure it is.
  package var evidence: [Double]
  /// Whether a fault keeps it from being shown by itself.
  package var isFaulty: Bool

  package static func make(
    _ request: InstructionRequest, match: MatchResult, in project: Project
  ) async throws -> ServedAnswer {
    let instruction = Instruction(
      kind: request.language == nil ? .paragraph : .comment, range: 0..<0,
      text: request.instruction, input: request.input, language: request.language, indentation: "",
      insertion: nil)
    let value = try await CandidateAnswers(
      instruction: instruction, request: request, match: match, document: request.embeddedText,
      project: project
    ).single()
    let text = AnswerCleaning.clean(value.completion.text, for: instruction)
    let judgement = AnswerJudgement.judge(
      text, value, for: instruction, document: request.embeddedText, eagerness: .balanced)
    return ServedAnswer(
      text: text, match: match, completion: value.completion,
      evidence: judgement.evidence?.values ?? [],
      isFaulty: !judgement.faults.isEmpty)
  }
}
