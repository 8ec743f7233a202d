import CompletionEngine
import Foundation
import LanguageModel

/// A candidate as commands print it.
struct CandidateReport: Encodable {
  let text: String
  /// The higher, the better among the candidates of one request.
  let score: Double
  /// By the names of `CandidateEvidence.names`; what was not asked for is missing.
  let evidence: [String: Double]
  let ending: String
  let tokens: Int
  /// What would be changed in the document, in bytes from its beginning.
  let edit: Edit?

  struct Edit: Encodable {
    let from, to: Int
    let text: String
  }

  init(_ candidate: Candidate, edit: Edit? = nil) {
    self.edit = edit
    text = candidate.text
    score = candidate.score
    let found = candidate.evidence
    evidence = [
      "meanLogProbability": found.meanLogProbability,
      "leastLogProbability": found.leastLogProbability, "agreement": found.agreement,
      "instructionLogProbability": found.instructionLogProbability,
      "faults": Double(found.faults), "form": found.form,
      "isLikeliest": found.isLikeliest ? 1 : 0,
    ].compactMapValues(\.self)
    ending = candidate.completion.ending.rawValue
    tokens = candidate.completion.logProbabilities.count
  }

  /// One line for a person.
  var words: String {
    let numbers = CandidateEvidence.names.compactMap { name in
      evidence[name].map { String(format: "%@ %.2f", name, $0) }
    }
    return String(format: "  %+.2f  ", score) + numbers.joined(separator: ", ")
  }
}
