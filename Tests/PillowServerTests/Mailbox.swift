import JSONRPC
import Synchronization

/// Messages that have come, and those who wait for one.
final class Mailbox: Sendable {
  private let state = Mutex(State())

  private struct State {
    var messages: [JSONValue] = []
    var waiting: [(fits: @Sendable (JSONValue) -> Bool, continuation: Continuation)] = []
    var isClosed = false
  }

  private typealias Continuation = CheckedContinuation<JSONValue?, Never>

  func put(_ message: JSONValue) {
    let taker: Continuation? = state.withLock { state in
      if let index = state.waiting.firstIndex(where: { $0.fits(message) }) {
        return state.waiting.remove(at: index).continuation
      }
      state.messages.append(message)
      return nil
    }
    taker?.resume(returning: message)
  }

  /// Takes the first message that fits, or waits for it; `nil` when none will come.
  func take(_ fits: @escaping @Sendable (JSONValue) -> Bool) async -> JSONValue? {
    await withCheckedContinuation { continuation in
      let now: JSONValue?? = state.withLock { state in
        if let index = state.messages.firstIndex(where: fits) {
          return .some(state.messages.remove(at: index))
        }
        if state.isClosed { return .some(nil) }
        state.waiting.append((fits, continuation))
        return nil
      }
      if let now { continuation.resume(returning: now) }
    }
  }

  /// What has come and was not taken.
  var rest: [JSONValue] { state.withLock { $0.messages } }

  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for (_, continuation) in waiting { continuation.resume(returning: nil) }
  }
}
