import Kernels
import Synchronization

/// The thread that does a model's work, one request after another.
final class InferenceThread: Sendable {
  private let thread: SerialThread

  init(name: String, nice: Int) { thread = SerialThread(name: name, nice: nice) }

  /// Runs `body` after all earlier jobs. Its argument tells `body` if the calling task was
  /// cancelled, even while it waited; `body` decides what to do then.
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

/// Whether the caller still waits.
final class Cancellation: Sendable {
  let flag = Atomic<Bool>(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
