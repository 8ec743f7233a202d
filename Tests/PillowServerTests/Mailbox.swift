import JSONRPC
import Synchronization

/// Messages that have come, and those who wait for one.
final class Mailbox: Sendable {
  private let state = Mutex(State())

  private struct State {
    var messages: [JSONValue] = []
    var waiting: [Waiting] = []
    var lastID = 0
    var isClosed = false
  }

  private struct Waiting {
    var id: Int
    var fits: @Sendable (JSONValue) -> Bool
    var continuation: Continuation
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

  /// Takes the first message that fits, or waits for it; `nil` when none will come, or the test's time
  /// is over.
  func take(_ fits: @escaping @Sendable (JSONValue) -> Bool) async -> JSONValue? {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now: JSONValue?? = state.withLock { state in
          if let index = state.messages.firstIndex(where: fits) {
            return .some(state.messages.remove(at: index))
          }
          if state.isClosed || Task.isCancelled { return .some(nil) }
          state.waiting.append(Waiting(id: id, fits: fits, continuation: continuation))
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
      }
      waiting?.continuation.resume(returning: nil)
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
    for taker in waiting { taker.continuation.resume(returning: nil) }
  }
}
