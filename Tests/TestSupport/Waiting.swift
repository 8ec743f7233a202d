/// Lets other tasks go on while a test looks again and again, until its time is over: a suite's time
/// limit cancels the task.
public func letOthersRun() async throws {
  try Task.checkCancellation()
  await Task.yield()
}
