import Synchronization

/// Which project a suggestion of this session came from, and what it answered.
final class SuggestionLedger: Sendable {
  private let capacity: Int
  private let state = Mutex(State())

  struct Entry: Sendable {
    var service: any CompletionService
    var query: InstructionQuery
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var order: [String] = []
  }

  init(capacity: Int = 1000) {
    self.capacity = capacity
  }

  func add(_ id: String, _ service: any CompletionService, _ query: InstructionQuery) {
    state.withLock { state in
      state.entries[id] = Entry(service: service, query: query)
      state.order.append(id)
      if state.order.count > capacity { state.entries[state.order.removeFirst()] = nil }
    }
  }

  subscript(id: String) -> Entry? { state.withLock { $0.entries[id] } }
}
