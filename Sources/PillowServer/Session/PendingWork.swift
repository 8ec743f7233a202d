import Synchronization

/// Counts pieces of work that must be through before the server ends: feedback on its way to the
/// disk. What is said about one thing happens in the order in which it was said.
final class PendingWork: Sendable {
  private let state = Mutex(State())

  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
    /// The last piece of work about each thing.
    var last: [String: (number: Int, task: Task<Void, Never>)] = [:]
    var started = 0
  }

  /// Runs it in a task of its own; counted from now, not from when the task gets to run.
  ///
  /// - Parameter subject: what it is about: a suggestion's id, a file. It waits for earlier work about
  ///   the same.
  func run(about subject: String, _ operation: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      state.running += 1
      state.started += 1
      let number = state.started
      let earlier = state.last[subject]?.task
      let task = Task {
        await earlier?.value
        await operation()
        self.ended(number, subject)
      }
      state.last[subject] = (number, task)
    }
  }

  private func ended(_ number: Int, _ subject: String) {
    state.withLock { state in
      if state.last[subject]?.number == number { state.last[subject] = nil }
    }
    // Counted as running until nobody waits: who comes meanwhile is behind those who waited before.
    while let action = nextWaiting() { action() }
  }

  /// Who is to be told that nothing else is running; `nil` when this piece of work is wholly through.
  private func nextWaiting() -> (@Sendable () -> Void)? {
    state.withLock { state in
      if state.running == 1, !state.waiting.isEmpty { return state.waiting.removeFirst() }
      state.running -= 1
      return nil
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
