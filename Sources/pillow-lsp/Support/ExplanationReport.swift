import CompletionEngine
import PillowProject
import PillowServer
import PromptPool

/// What `explain --json` prints.
struct ExplanationReport: Encodable {
  struct Instruction: Encodable {
    let text, input: String
    let language: String?
  }

  struct Shot: Encodable {
    let id: Int64
    let instruction, why: String
    let probability: Double
    let cosine: Float
  }

  /// Whether the answer would be shown to somebody who has not asked for it.
  struct Gate: Encodable {
    let isShown: Bool
    let sentence: String
    let faults: [String]
    let probability: Double?
    let threshold: Double
    let evidence: [String: Double]
  }

  let instruction: Instruction?
  let exemplars: [Shot]
  let prompt, answer: String?
  let candidates: [CandidateReport]
  let gate: Gate?
  /// Why nothing is shown; missing where something is.
  let refusal: String?

  init(_ found: Explanation) {
    instruction = found.instruction.map {
      Instruction(text: $0.text, input: $0.input, language: $0.language)
    }
    exemplars = (found.match?.shots ?? []).map {
      Shot(
        id: $0.exemplar.id, instruction: $0.exemplar.instruction, why: $0.why,
        probability: $0.probability, cosine: $0.cosine)
    }
    prompt = found.prompt
    answer = found.answer
    candidates = zip(found.candidates, found.places).map { candidate, place in
      CandidateReport(
        candidate,
        edit: place.map {
          .init(from: $0.replacing.lowerBound, to: $0.replacing.upperBound, text: $0.text)
        })
    }
    gate = found.judgement.map { judgement in
      Gate(
        isShown: judgement.isShown, sentence: judgement.sentence,
        faults: judgement.faults.map(\.rawValue).sorted(), probability: judgement.probability,
        threshold: judgement.threshold,
        evidence: Dictionary(
          uniqueKeysWithValues: zip(AnswerEvidence.names, judgement.evidence?.values ?? [])))
    }
    refusal = found.refusal
  }
}
