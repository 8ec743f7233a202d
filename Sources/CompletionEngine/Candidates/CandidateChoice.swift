public import PromptMatching

/// Chooses among several answers to one request: a linear model of the evidence for each.
public struct CandidateChoice: Sendable, Hashable {
  /// In the order of `CandidateEvidence.names`.
  public var weights: [Double]

  public init(weights: [Double]) { self.weights = weights }

  public func score(_ evidence: CandidateEvidence) -> Double {
    zip(weights, evidence.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Candidates of some completions, in their order.
  ///
  /// - Parameters:
  ///   - request: what they answer.
  ///   - shots: answers of the exemplars in the prompt.
  ///   - instruction: ln p of the instruction given each answer, per character.
  ///   - text: what of a completion would be used.
  ///   - faults: what cheap checks find in that.
  public func candidates(
    _ completions: [Completion], for request: InstructionRequest, shots: [String],
    instruction: [Double]?, text: (Completion) -> String, faults: (Completion, String) -> Int
  ) -> [Candidate] {
    let texts = completions.map(text)
    let structures = texts.map {
      request.language == nil ? AnswerStructure.prose($0) : AnswerStructure.code($0)
    }
    return completions.indices.map { index in
      let completion = completions[index]
      var evidence = CandidateEvidence()
      let logs = completion.logProbabilities
      if !logs.isEmpty {
        evidence.meanLogProbability = Double(logs.reduce(0, +)) / Double(logs.count)
        evidence.leastLogProbability = Double(logs.min() ?? 0)
      }
      let others = structures.indices.filter { $0 != index }
      if !others.isEmpty {
        evidence.agreement =
          others.reduce(0) { $0 + structures[index].similarity(to: structures[$1]) }
          / Double(others.count)
      }
      evidence.instructionLogProbability = instruction?[index]
      evidence.faults = faults(completion, texts[index])
      evidence.form = AnswerStructure.fit(texts[index], to: shots)
      evidence.isLikeliest = completion.isLikeliest
      return Candidate(
        completion: completion, text: texts[index], evidence: evidence, score: score(evidence))
    }
  }

  /// The best first, each text once. Of equal ones the earlier comes first.
  public static func ranked(_ candidates: [Candidate]) -> [Candidate] {
    var seen: Set<String> = []
    return candidates.enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element).filter { seen.insert($0.text).inserted }
  }
}
