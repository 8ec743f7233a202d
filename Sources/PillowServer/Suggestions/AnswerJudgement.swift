import CompletionEngine
import Foundation
import OutputForms
import Personalization
import PillowProject
import PromptPool
package import Settings

/// Whether an answer is worth showing to somebody who has not asked for it, and why.
package struct AnswerJudgement: Sendable {
  package var faults: Set<AnswerFault>
  /// How likely it would be kept as it is; nil from an engine that does not say how sure it is.
  package var probability: Double?
  package var threshold: Double
  /// What the gate read; nil from an engine that does not say how sure it is.
  package var evidence: AnswerEvidence?
  /// With which probability it is shown; below 1 where a gate that was fitted to the project would
  /// withhold it.
  package var showProbability = 1.0
  /// Whether it is shown although the gate would withhold it, so that what is known of such answers
  /// stays true.
  package var isTrial = false

  /// Faults of an answer whose engine does not say how sure it was, which is mostly a larger model.
  private static let alwaysWithheld: Set<AnswerFault> = [.danger, .repetition]

  package var isShown: Bool {
    faults.isEmpty && (isTrial || (probability ?? 1) >= threshold)
  }

  /// In words for the user.
  package var sentence: String {
    let found = AnswerFault.allCases.filter { faults.contains($0) }.map(\.sentence)
    let posix = Locale(identifier: "en_US_POSIX")
    if let first = found.first { return first }
    if isTrial { return "The answer is shown to learn whether it would be kept." }
    guard let probability else { return "The engine does not say how sure it is." }
    // With as many digits as tell the two apart.
    let digits = (2...6).first { digits in
      let unit = pow(10, Double(digits))
      return (probability * unit).rounded() != (threshold * unit).rounded()
    }
    func written(_ number: Double) -> String {
      String(format: "%.\(digits ?? 2)f", locale: posix, number)
    }
    let (chance, least) = (written(probability), written(threshold))
    return probability >= threshold
      ? "The answer is shown: it would be kept with probability \(chance), at least \(least) is needed."
      : "The answer is withheld: it would be kept with probability \(chance), \(least) is needed."
  }

  /// - Parameters:
  ///   - answer: without the document's indentation.
  ///   - document: the text before the answer is inserted.
  ///   - value: the answer as the engine gave it, with its exemplars.
  ///   - project: whose gate decides; nil for the shipped one.
  static func judge(
    _ answer: String, _ value: AnswerCache.Value, for instruction: Instruction, document: String,
    eagerness: EagernessSetting, in project: Project? = nil
  ) -> AnswerJudgement {
    var faults = AnswerFault.all(
      in: answer, for: instruction, document: document, isFinished: value.isFinished)
    if value.completion.isReluctant { faults.insert(.reluctant) }
    // What counts on, or is always there, is not invented.
    if value.completion.form != nil { faults.remove(.inventedNumbers) }
    if eagerness == .eager { faults.formIntersection(Self.alwaysWithheld) }
    let completion = value.completion
    guard !completion.logProbabilities.isEmpty, let unit = value.unit else {
      return AnswerJudgement(
        faults: faults.intersection(Self.alwaysWithheld), probability: nil,
        threshold: eagerness.threshold)
    }
    let evidence = AnswerEvidence(
      answer, for: instruction, document: document, unit: unit, faults: faults,
      logProbabilities: completion.logProbabilities, firstEntropy: completion.firstEntropy,
      shots: value.match.shots.map(\.exemplar.output),
      similarity: Double(value.match.shots.first?.cosine ?? 0), candidate: value.evidence)
    var judgement = AnswerJudgement(
      faults: faults, probability: SuggestionGate.shipped.probability(evidence),
      threshold: eagerness.threshold, evidence: evidence)
    guard let project, eagerness != .eager else { return judgement }
    let decision = project.gateDecision(
      evidence.values, shipped: .shipped, least: eagerness.threshold, text: answer)
    judgement.probability = decision.probability
    judgement.threshold = decision.threshold
    judgement.showProbability = decision.showProbability
    judgement.isTrial = decision.isShown && decision.probability < decision.threshold
    return judgement
  }
}

extension EagernessSetting {
  /// The least probability with which an answer is shown.
  package var threshold: Double {
    switch self {
    case .quiet: 0.45
    case .balanced: 0.38
    case .eager: 0
    }
  }
}
