import CompletionEngine
import Foundation
import PillowProject
import PromptMatching
import Synchronization

/// The last answers, so that coming back to an instruction does not generate again.
final class AnswerCache: Sendable {
  struct Key: Hashable, Sendable {
    var root: URL
    var request: InstructionRequest
  }

  struct Value: Sendable {
    var match: MatchResult
    /// Its text ends where what was asked for ends.
    var completion: Completion
    /// What was asked for; nil for what somebody else wrote.
    var unit: AnswerUnit?
    /// Whether the text came to its end.
    var isFinished = true
    /// What the gate said of it; nil before it was asked.
    var judgement: AnswerJudgement?
    /// Whether it is kept from being shown.
    var isWithheld = false
    /// What speaks for it among the candidates; nil where it was the only one.
    var evidence: CandidateEvidence?
    /// Further answers, the best first.
    var others: [Completion] = []
    /// How many draws were made; a further one has this number.
    var draws = 1

    /// The answer, and each of the others in its place; what speaks for those is not kept.
    var each: [Value] {
      [self]
        + others.map { other in
          var value = self
          (value.completion, value.evidence, value.others) = (other, nil, [])
          return value
        }
    }
  }

  private let capacity: Int
  private let entries = Mutex<[(key: Key, value: Value)]>([])

  init(capacity: Int = 16) {
    self.capacity = capacity
  }

  subscript(key: Key) -> Value? {
    get { entries.withLock { $0.first { $0.key == key }?.value } }
    set {
      entries.withLock { entries in
        entries.removeAll { $0.key == key }
        if let newValue { entries.append((key, newValue)) }
        if entries.count > capacity { entries.removeFirst() }
      }
    }
  }

  /// What was rejected is not shown again from memory.
  func forget(_ request: InstructionRequest) {
    entries.withLock { $0.removeAll { $0.key.request == request } }
  }
}
