package import CompletionEngine
package import Foundation
import LanguageModel
import OutputForms
package import PillowProject
import PromptMatching
package import Settings
import WorkspaceRules

/// What the server would do at a place of a document, step by step, and why.
package struct Explanation: Sendable {
  /// Why nothing is offered there; nil where something is.
  package var refusal: String?
  package var instruction: Instruction?
  package var match: MatchResult?
  /// The text that goes to the model; nil from an engine that keeps its prompts to itself.
  package var prompt: String?
  /// What the model wrote, cut where the answer ends.
  package var answer: String?
  package var judgement: AnswerJudgement?
  /// Everything that was written, the best first.
  package var candidates: [Candidate] = []
  /// Where each would go; nil where it fits nowhere.
  package var places: [PlacedText?] = []

  /// Explains a place.
  ///
  /// - Parameters:
  ///   - text: of the document.
  ///   - offset: the cursor, in bytes.
  ///   - completes: whether the model is asked, too.
  ///   - budget: how many answers are made.
  /// - Throws: `ModelError`, `ProjectError`, `PromptPoolError`, `CancellationError`.
  package static func explain(
    _ text: String, languageID: String, file: URL, offset: Int, in project: Project,
    root: URL, settings: PillowSettings, completes: Bool, budget: CandidateBudget
  ) async throws -> Explanation {
    let uri = file.absoluteString
    let rules = settings.instructionsOrDefault
    if let refusal = DocumentRules(rules).refusal(uri: uri, languageID: languageID, root: root) {
      return Explanation(refusal: refusal.sentence)
    }
    let buffer = TextBuffer(text)
    let openings = try await InstructionOpenings(of: project)
    let staged = StagedChanges()
    staged.read(for: uri, languageID: languageID, root: root, settings: rules)
    await staged.settle(uri)
    var found: Instruction
    do {
      found = try staged.instruction(
        in: buffer, uri, languageID: languageID, at: offset, openings: openings)
    } catch {
      return Explanation(refusal: error.sentence)
    }
    found.fill(from: buffer, tokens: rules.inputTokensOrDefault)
    var explanation = Explanation(instruction: found)
    guard found.insertion != nil else {
      explanation.refusal = "The cursor is within the instruction; an answer goes below it."
      return explanation
    }
    let match = try await project.match(found.request)
    explanation.match = match
    if completes {
      explanation.prompt = try await project.engine.promptText(
        for: match.conversation(found.request), options: project.completionOptions)
    }
    guard completes else { return explanation }
    let inline = settings.inlineCompletionOrDefault
    let judged = buffer.judged(for: found)
    let (value, candidates) = try await CandidateAnswers(
      instruction: found, request: found.request, match: match, document: judged, project: project
    ).best(of: budget)
    explanation.candidates = candidates
    explanation.places = candidates.map { Placement.place($0.text, for: found, in: buffer) }
    let answer = AnswerCleaning.clean(value.completion.text, for: found)
    explanation.answer = answer
    let judgement = AnswerJudgement.judge(
      answer, value, for: found, document: judged,
      eagerness: inline.eagernessOrDefault, in: project)
    explanation.judgement = judgement
    if !judgement.isShown { explanation.refusal = judgement.sentence }
    if AnsweredPlace.isAnswered(found, in: buffer) {
      explanation.refusal = NoInstruction.finished.sentence
    }
    return explanation
  }
}
