import Dispatch
import Synchronization

/// A value that the first call loads, on a thread that may block, and later calls share. After a
/// failure the next call tries again.
package final class LoadOnce<Value: Sendable>: Sendable {
  private let loading = Mutex<Task<Value, any Error>?>(nil)

  package init() {}

  /// The next call loads it again.
  package func forget() { loading.withLock { $0 = nil } }

  package func value(_ load: @escaping @Sendable () throws -> Value) async throws -> Value {
    let task = loading.withLock { loading in
      if let loading { return loading }
      let task = Task {
        try await withCheckedThrowingContinuation { continuation in
          DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Result { try load() })
          }
        }
      }
      loading = task
      return task
    }
    do {
      return try await task.value
    } catch {
      loading.withLock { if $0 == task { $0 = nil } }
      throw error
    }
  }
}
