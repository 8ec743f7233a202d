import Foundation
import Synchronization

/// A thread of its own for work that takes long: jobs run on it one after another, so the
/// cooperative thread pool never waits for a model.
final class InferenceThread: Sendable {
  typealias Job = @Sendable () -> Void

  private let shared = Shared()

  init(name: String) {
    let thread = Thread { [shared] in shared.work() }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { shared.stop() }

  /// Runs `body` after what was given before. `body` learns by its argument when the calling task was
  /// cancelled, also while it waits, and decides what to do about it.
  func run<T: Sendable>(
    _ body: @escaping @Sendable (borrowing Cancellation) throws -> T
  ) async throws -> T {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        shared.add { continuation.resume(with: Result { try body(cancellation) }) }
      }
    } onCancel: {
      cancellation.flag.store(true, ordering: .relaxed)
    }
  }

  private final class Shared: Sendable {
    private let jobs = Mutex<[Job]>([])
    private let stopped = Atomic<Bool>(false)
    private let ready = DispatchSemaphore(value: 0)

    func add(_ job: @escaping Job) {
      jobs.withLock { $0.append(job) }
      ready.signal()
    }

    func stop() {
      stopped.store(true, ordering: .releasing)
      ready.signal()
    }

    func work() {
      while true {
        ready.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let job {
          job()
        } else if stopped.load(ordering: .acquiring) {
          return
        }
      }
    }
  }
}

/// Whether somebody still waits.
final class Cancellation: Sendable {
  let flag = Atomic<Bool>(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
