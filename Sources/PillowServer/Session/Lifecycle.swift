import JSONRPC
import Synchronization

/// Where a session is between its first message and its end, and what that allows.
final class Lifecycle: Sendable {
  enum Phase: Sendable {
    case uninitialized, running, shutDown
  }

  private let state = Mutex(State())

  private struct State {
    var phase = Phase.uninitialized
    var exitCode: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  var phase: Phase { state.withLock { $0.phase } }

  /// Why a request cannot be served in this phase; `nil` when it can. `initialize` moves on to the
  /// next phase.
  func refusal(of method: String) -> ResponseError? {
    state.withLock { state in
      switch (state.phase, method) {
      case (.uninitialized, "initialize"):
        state.phase = .running
        return nil
      case (.uninitialized, _):
        return ResponseError(.serverNotInitialized, "the first request has to be initialize")
      case (.running, "initialize"):
        return ResponseError(.invalidRequest, "the server is initialized already")
      case (.running, _):
        return nil
      case (.shutDown, _):
        return ResponseError(.invalidRequest, "the server is shut down; only exit may follow")
      }
    }
  }

  func shutDown() { state.withLock { $0.phase = .shutDown } }

  /// `initialize` could not be served, so it may come again.
  func takeBackInitialize() { state.withLock { $0.phase = .uninitialized } }

  /// Ends the session: in order after a shutdown, with 1 otherwise. Only the first end counts.
  func end() {
    let (code, waiting) = state.withLock { state in
      let code = state.exitCode ?? (state.phase == .shutDown ? 0 : 1)
      state.exitCode = code
      defer { state.waiting = [] }
      return (code, state.waiting)
    }
    for continuation in waiting { continuation.resume(returning: code) }
  }

  /// Waits for the end.
  func exitCode() async -> Int32 {
    await withCheckedContinuation { continuation in
      let code = state.withLock { state in
        if state.exitCode == nil { state.waiting.append(continuation) }
        return state.exitCode
      }
      if let code { continuation.resume(returning: code) }
    }
  }
}
