import Synchronization

/// What can be held while a newer one is made.
package protocol HeldPolicy: Sendable {
  /// Whether it can serve while a newer one is made, which takes a while for a large pool.
  var isMapped: Bool { get }
}

/// The policy that serves, and the one that is being made.
package final class PolicyHolder<Policy: HeldPolicy>: Sendable {
  private struct State {
    var current: Policy?
    var loading: Task<Policy, any Error>?
    /// Rises with each change of the pool; `loaded` is what ``current`` has seen.
    var wanted = 0
    var loaded = -1
    /// Rises when the pool is replaced by another one: what was begun before must not serve.
    var era = 0
  }

  private let state = Mutex(State())
  private let load: @Sendable () async throws -> Policy

  package init(load: @escaping @Sendable () async throws -> Policy) { self.load = load }

  /// Makes the next call of ``ready()`` see what has changed; for a large pool, soon after.
  package func invalidate() { state.withLock { $0.wanted += 1 } }

  /// Drops the policy of a pool that no longer exists, and the one that is being made for it.
  package func reset() {
    state.withLock { state in
      state.wanted += 1
      state.era += 1
      state.current = nil
      state.loading = nil
    }
  }

  package func ready() async throws -> Policy {
    let wanted = state.withLock { $0.wanted }
    while true {
      switch newest() {
      case .here(let policy): return policy
      case .loading(let task, let era):
        let policy = try await task.value
        // One that was begun before the last change has not seen it.
        if state.withLock({ $0.era == era && $0.loaded >= wanted }) { return policy }
      }
    }
  }

  private enum Newest {
    case here(Policy)
    case loading(Task<Policy, any Error>, era: Int)
  }

  private func newest() -> Newest {
    state.withLock { state in
      if let current = state.current, state.loaded == state.wanted { return .here(current) }
      let task = state.loading ?? begin(state.wanted, state.era)
      state.loading = task
      // A large pool's earlier policy serves until the new one is there.
      if let current = state.current, current.isMapped { return .here(current) }
      return .loading(task, era: state.era)
    }
  }

  private func begin(_ generation: Int, _ era: Int) -> Task<Policy, any Error> {
    Task.detached { [weak self, load] in
      do {
        let policy = try await load()
        self?.finish(era) { state in
          guard generation > state.loaded else { return }
          state.current = policy
          state.loaded = generation
        }
        return policy
      } catch {
        // A model that was missing may have been fetched, so the next request tries again.
        self?.finish(era) { _ in }
        throw error
      }
    }
  }

  private func finish(_ era: Int, _ change: (inout sending State) -> Void) {
    state.withLock { state in
      guard state.era == era else { return }
      state.loading = nil
      change(&state)
    }
  }
}
