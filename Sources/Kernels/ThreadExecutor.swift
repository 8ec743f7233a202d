/// Runs tasks on a thread of its own, so that long computations between two suspensions do not take
/// one of the few threads that all other tasks share.
///
/// Source: SE-0417, task executor preference.
public final class ThreadExecutor: TaskExecutor {
  private let thread: SerialThread

  public init(name: String, nice: Int = 0) {
    thread = SerialThread(name: name, nice: nice)
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    thread.add { job.runSynchronously(on: executor) }
  }
}
