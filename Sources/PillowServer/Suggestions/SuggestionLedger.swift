import PillowProject
import PromptMatching
import Synchronization

/// Which project a suggestion of this session came from, and what it answered.
final class SuggestionLedger: Sendable {
  private let capacity: Int
  private let state = Mutex(State())

  struct Entry: Sendable {
    var project: Project
    var offer: Offer

    /// What was offered where; the same again is the same suggestion, until it is judged.
    struct Offer: Hashable, Sendable {
      var documentURI: String
      var request: InstructionRequest
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

  /// More of its answer is offered now, as the same suggestion.
  func grow(_ id: String, to text: String) {
    state.withLock { state in
      guard var entry = state.entries[id] else { return }
      if state.open[entry.offer] == id { state.open[entry.offer] = nil }
      entry.offer.text = text
      state.entries[id] = entry
      state.open[entry.offer] = id
    }
  }

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
