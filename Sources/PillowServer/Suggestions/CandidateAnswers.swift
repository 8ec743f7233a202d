import CompletionEngine
import LanguageModel
import PillowProject
import PromptMatching
import PromptPool

/// What an engine writes for an instruction, up to where the answer ends: the best of several.
struct CandidateAnswers {
  let instruction: Instruction
  let request: InstructionRequest
  let match: MatchResult
  /// The text before an answer is inserted.
  let document: String
  let project: Project

  /// The best answer, and all candidates, the best first.
  ///
  /// An engine that does not say how sure it is gives one: there is nothing to choose by.
  ///
  /// - Parameter onText: gets the first answer in pieces while it grows.
  func best(
    of budget: CandidateBudget, onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> (value: AnswerCache.Value, candidates: [Candidate]) {
    // A form leaves too little open to choose among.
    guard match.form == nil else { return (try await single(onText: onText), []) }
    let unit = unit
    var options = CandidateOptions()
    options.completion = project.completionOptions
    options.completion?.isComplete = AnswerCleaning.isComplete(for: request, unit)
    options.patience = budget.patience
    let measures = project.engine.measuresConfidence
    options.turnedShots = measures ? budget.turnedShots : nil
    options.text = { [instruction, request] completion in
      AnswerCleaning.clean(
        unit.bound(completion.text, language: request.language).text, for: instruction)
    }
    options.faults = { [instruction, request, document] completion, text in
      AnswerFault.all(
        in: text, for: instruction, document: document,
        isFinished: Self.isFinished(completion, unit, request)
      ).count
    }
    let count = measures ? budget.count : 1
    let made = try await project.candidates(
      0..<count, for: request, match: match, options: options, onText: onText)
    let ranked = CandidateChoice.ranked(made)
    guard let best = ranked.first else { throw CancellationError() }
    var value = AnswerCache.Value(
      match: match, completion: bounded(best.completion, unit), unit: unit,
      isFinished: Self.isFinished(best.completion, unit, request))
    value.evidence = measures ? best.evidence : nil
    value.others = ranked.dropFirst().map { bounded($0.completion, unit) }
    value.draws = count
    return (value, ranked)
  }

  /// One answer, without a choice.
  ///
  /// - Parameters:
  ///   - maximumTokens: fewer than the settings allow.
  ///   - onText: gets the answer in pieces while it grows.
  func single(
    maximumTokens: Int? = nil, onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> AnswerCache.Value {
    let unit = unit
    var options = project.completionOptions
    if let maximumTokens { options.maximumTokens = min(options.maximumTokens, maximumTokens) }
    if match.form == nil {
      options.isComplete = AnswerCleaning.isComplete(for: request, unit)
    }
    let completion = try await project.complete(
      request, match: match, options: options, onText: onText)
    return AnswerCache.Value(
      match: match, completion: bounded(completion, unit), unit: unit,
      isFinished: Self.isFinished(completion, unit, request))
  }

  /// Where the answer ends; a form has an end of its own.
  private var unit: AnswerUnit {
    match.form == nil
      ? AnswerUnit.of(instruction, shots: match.shots.map(\.exemplar.output)) : .open
  }

  private func bounded(_ completion: Completion, _ unit: AnswerUnit) -> Completion {
    var completion = completion
    completion.text = unit.bound(completion.text, language: request.language).text
    return completion
  }

  private static func isFinished(
    _ completion: Completion, _ unit: AnswerUnit, _ request: InstructionRequest
  ) -> Bool {
    completion.ending == .stop
      || unit.bound(completion.text, language: request.language).isComplete
  }
}
