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
