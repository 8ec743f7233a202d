import Synchronization

/// Which project a suggestion of this session came from.
final class SuggestionLedger: Sendable {
  private let capacity: Int
  private let state = Mutex(State())

  private struct State {
    var services: [String: any CompletionService] = [:]
    var order: [String] = []
  }

  init(capacity: Int = 1000) {
    self.capacity = capacity
  }

  func add(_ id: String, _ service: any CompletionService) {
    state.withLock { state in
      state.services[id] = service
      state.order.append(id)
      if state.order.count > capacity { state.services[state.order.removeFirst()] = nil }
    }
  }

  func service(of id: String) -> (any CompletionService)? { state.withLock { $0.services[id] } }
}
