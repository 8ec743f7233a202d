import Synchronization

/// Counts pieces of work that must be through before the server ends: feedback on its way to the
/// disk.
final class PendingWork: Sendable {
  private let state = Mutex(State())

  private struct State {
    var running = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Runs it in a task of its own; counted from now, not from when the task gets to run.
  func run(_ operation: @escaping @Sendable () async -> Void) {
    state.withLock { $0.running += 1 }
    Task {
      await operation()
      let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
        state.running -= 1
        guard state.running == 0 else { return [] }
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  /// Returns once nothing is running.
  func drain() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if state.running > 0 { state.waiting.append(continuation) }
        return state.running == 0
      }
      if isIdle { continuation.resume() }
    }
  }
}
