import Synchronization

/// Counts pieces of work that must be through before the server ends: feedback on its way to the
/// disk.
final class PendingWork: Sendable {
  private let state = Mutex(State())

  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
  }

  /// Runs it in a task of its own; counted from now, not from when the task gets to run.
  func run(_ operation: @escaping @Sendable () async -> Void) {
    state.withLock { $0.running += 1 }
    Task {
      await operation()
      let waiting: [@Sendable () -> Void] = state.withLock { state in
        state.running -= 1
        guard state.running == 0 else { return [] }
        defer { state.waiting = [] }
        return state.waiting
      }
      for action in waiting { action() }
    }
  }

  /// Runs it once nothing is running: at once, on this thread, when that is so now.
  func whenIdle(_ action: @escaping @Sendable () -> Void) {
    let isIdle = state.withLock { state in
      if state.running > 0 { state.waiting.append(action) }
      return state.running == 0
    }
    if isIdle { action() }
  }

  /// Returns once nothing is running.
  func drain() async {
    await withCheckedContinuation { continuation in whenIdle { continuation.resume() } }
  }
}
