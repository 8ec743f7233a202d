import Kernels
import Synchronization

/// The thread that a model's work is done on, one request after another.
final class InferenceThread: Sendable {
  private let thread: SerialThread

  init(name: String, nice: Int) { thread = SerialThread(name: name, nice: nice) }

  /// Runs `body` after what was given before. `body` learns by its argument when the calling task
  /// was cancelled, also while it waits, and decides what to do about it.
  func run<T: Sendable>(
    _ body: @escaping @Sendable (borrowing Cancellation) throws -> T
  ) async throws -> T {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        thread.add { continuation.resume(with: Result { try body(cancellation) }) }
      }
    } onCancel: {
      cancellation.flag.store(true, ordering: .relaxed)
    }
  }
}

/// Whether somebody still waits.
final class Cancellation: Sendable {
  let flag = Atomic<Bool>(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
