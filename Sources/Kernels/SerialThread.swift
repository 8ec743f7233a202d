import CKernels
import Foundation
import Synchronization

/// A thread of its own for work that takes long: jobs run on it one after another, so the
/// cooperative thread pool never waits for them. It ends when the last reference goes and all jobs
/// are done.
public final class SerialThread: Sendable {
  public typealias Job = @Sendable () -> Void

  /// For work that nobody waits for: of 19, a tenth of the share of an ordinary thread where both
  /// want a core.
  public static let backgroundNice = 10

  private let shared = Shared()

  /// - Parameters:
  ///   - name: shown by debuggers and profilers.
  ///   - nice: its nice value, above 0 for work that nobody waits for.
  public init(name: String, nice: Int = 0) {
    let thread = Thread { [shared] in
      if nice > 0 { pk_set_thread_nice(Int32(nice)) }
      shared.work()
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { shared.stop() }

  /// Runs `job` after those that were given before.
  public func add(_ job: @escaping Job) { shared.add(job) }

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
