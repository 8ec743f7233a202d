import Synchronization

/// Which project a suggestion of this session came from, and what it answered.
final class SuggestionLedger: Sendable {
  private let capacity: Int
  private let state = Mutex(State())

  struct Entry: Sendable {
    var service: any CompletionService
    var offer: Offer

    /// What was offered where; the same again is the same suggestion, until it is judged.
    struct Offer: Hashable, Sendable {
      var documentURI: String
      var query: InstructionQuery
      var text: String
    }
  }

  fileprivate struct State {
    var entries: [String: Entry] = [:]
    var open: [Entry.Offer: String] = [:]
    var order: [String] = []
  }

  init(capacity: Int = 1000) {
    self.capacity = capacity
  }

  func add(_ id: String, _ entry: Entry) {
    state.withLock { state in
      state.entries[id] = entry
      state.open[entry.offer] = id
      state.order.append(id)
      if state.order.count > capacity { state.forget(state.order.removeFirst()) }
    }
  }

  subscript(id: String) -> Entry? { state.withLock { $0.entries[id] } }

  /// The suggestion that this was offered as before, if nobody has accepted or rejected it.
  func unjudged(_ offer: Entry.Offer) -> String? { state.withLock { $0.open[offer] } }

  /// It was accepted or rejected: the same text is another suggestion from now on.
  func judge(_ id: String) {
    state.withLock { state in
      if let entry = state.entries[id], state.open[entry.offer] == id {
        state.open[entry.offer] = nil
      }
    }
  }
}

extension SuggestionLedger.State {
  fileprivate mutating func forget(_ id: String) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    if open[entry.offer] == id { open[entry.offer] = nil }
  }
}
