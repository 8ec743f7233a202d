import Foundation
import Synchronization

/// The last answers, so that coming back to an instruction does not generate again.
final class AnswerCache: Sendable {
  struct Key: Hashable, Sendable {
    var root: URL
    var query: InstructionQuery
  }

  struct Value: Sendable {
    var match: ExemplarMatch
    var text: CompletedText
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
  func forget(_ query: InstructionQuery) {
    entries.withLock { $0.removeAll { $0.key.query == query } }
  }
}
