import Kernels

/// Trainings have threads of their own: they compute for minutes, and the threads that answer requests
/// are few.
public enum TrainingThread {
  /// Runs a training; it stops when the task that waits for it is cancelled.
  ///
  /// - Parameter nice: the thread's priority, 0 to 19; higher ones let others go first.
  public static func run<T: Sendable>(
    nice: Int, _ body: @escaping @Sendable (PassControl) throws -> T
  ) async throws -> T {
    let control = PassControl()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        SerialThread(name: "pillow-train", nice: nice).add {
          continuation.resume(with: Result { try body(control) })
        }
      }
    } onCancel: {
      control.cancel()
    }
  }
}
