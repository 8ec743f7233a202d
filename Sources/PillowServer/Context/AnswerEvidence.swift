package import CompletionEngine
import Foundation

/// What speaks for an answer and against it: the numbers that the suggestion gate reads.
package struct AnswerEvidence: Sendable, Equatable {
  /// Names of the values, in the order of ``values``.
  package static let names = [
    "meanLogProbability", "leastLogProbability", "entropy", "length", "coverage", "novelty",
    "repetition", "similarity", "sameForm", "faults", "opened", "function", "body", "query",
    "shell",
    "pattern", "message", "prose", "form", "agreement", "instruction", "fit",
  ]

  package var values: [Double]

  /// - Parameters:
  ///   - logProbabilities: ln p of each token of the answer.
  ///   - firstEntropy: of the distribution of the first token, in nats.
  ///   - shots: answers of the exemplars in the prompt, the best first.
  ///   - similarity: cosine of the instruction and the best exemplar; 0 without one.
  ///   - candidate: what speaks for it among the answers that were made at once.
  package init(
    _ answer: String, for instruction: Instruction, document: String, unit: AnswerUnit,
    faults: Set<AnswerFault>, logProbabilities: [Float], firstEntropy: Float, shots: [String],
    similarity: Double, candidate: CandidateEvidence? = nil
  ) {
    let count = Double(max(1, logProbabilities.count))
    let mean = Double(logProbabilities.reduce(0, +)) / count
    let least = Double(logProbabilities.min() ?? 0)
    let asked = Self.words(instruction.text)
    let said = Self.words(answer)
    let known = Self.words(instruction.text + "\n" + instruction.input + "\n" + document)
    let covered = Double(asked.intersection(said).count) / Double(max(1, asked.count))
    let novel = Double(said.subtracting(known).count) / Double(max(1, said.count))
    let hasForm = Self.shareForm(shots)
    let sameForm =
      hasForm && AnswerStructure.form(answer) == shots.first.map(AnswerStructure.form)
    let candidate = candidate ?? CandidateEvidence()
    let isCode = instruction.kind == .comment && instruction.language != nil
    let family = CodeFamily(language: isCode ? instruction.language : nil)
    let isPattern = instruction.text.lowercased().contains(
      #/\bregex\b|regular expression|\bpattern\b/#)
    let opened = RequestedDefinition.find(in: instruction.text) != nil
    values = [
      max(mean, -3), max(least, -8), Double(min(firstEntropy, 6)), log(count), covered, novel,
      AnswerFault.repeatedShare(answer), similarity, sameForm ? 1 : 0, Double(faults.count),
      opened ? 1 : 0, isCode && unit == .definition ? 1 : 0, isCode && unit == .body ? 1 : 0,
      family == .semicolon ? 1 : 0, family == .shell && unit == .statement ? 1 : 0,
      isPattern ? 1 : 0, instruction.kind == .commitMessage ? 1 : 0,
      !isCode && instruction.kind != .commitMessage && !isPattern ? 1 : 0, hasForm ? 1 : 0,
      candidate.agreement, max(candidate.instructionLogProbability ?? 0, -3), candidate.form,
    ]
  }

  /// Words that say something, in lower case, without endings.
  private static func words(_ text: String) -> Set<String> {
    let spaced = text.replacing(#/([a-z])([A-Z])/#) { "\($0.1) \($0.2)" }
    let words = spaced.lowercased().split { !$0.isLetter && !$0.isNumber }
    return Set(
      words.map(String.init).filter { $0.count > 2 || $0.first?.isNumber == true }
        .filter { !empty.contains($0) }.map(stem))
  }

  private static func stem(_ word: String) -> String {
    for ending in ["ing", "ed", "es", "s"]
    where word.hasSuffix(ending) && word.count > ending.count + 3 {
      return String(word.dropLast(ending.count))
    }
    return word
  }

  private static let empty: Set<String> = [
    "the", "and", "for", "that", "with", "this", "from", "all", "are", "was", "has", "have", "its",
    "which", "into", "than", "write", "function", "return", "returns", "each", "only", "one",
  ]

  /// Whether exemplars agree on a form with marks of its own.
  private static func shareForm(_ shots: [String]) -> Bool {
    guard shots.count >= 3 else { return false }
    let forms = Set(shots.prefix(3).map(AnswerStructure.form))
    return forms.count == 1 && (forms.first?.count { $0 != "w" && !$0.isWhitespace } ?? 0) > 2
  }
}
