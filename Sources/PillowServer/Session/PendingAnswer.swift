import JSONRPC
import Synchronization

/// A request whose answer takes time, and may be given early: by its own work, by a newer request,
/// or because the server ends. The first answer counts; the work is cancelled when it comes from
/// elsewhere.
final class PendingAnswer: Sendable {
  private let request: IncomingRequest
  private let state = Mutex(State())

  private struct State {
    var isAnswered = false
    var task: Task<Void, Never>?
  }

  init(_ request: IncomingRequest) {
    self.request = request
  }

  /// Starts the work, which has to call ``finish(_:)``. The client's cancellation cancels it.
  func start(_ operation: @escaping @Sendable (PendingAnswer) async -> Void) {
    let task = Task { await operation(self) }
    let isLate = state.withLock { state in
      state.task = state.isAnswered ? nil : task
      return state.isAnswered
    }
    if isLate { task.cancel() }
    request.onCancel { [weak self] in
      task.cancel()
      self?.forget()
    }
  }

  /// Runs it when the client cancels.
  func onCancel(_ action: @escaping @Sendable () -> Void) { request.onCancel(action) }

  var isAnswered: Bool { state.withLock { $0.isAnswered } || request.isCancelled }

  /// Answers, unless that has happened. Returns whether this was the answer, and the client still
  /// waits for it.
  @discardableResult
  func finish(_ result: some Encodable & Sendable) -> Bool {
    guard take() != nil else { return false }
    let isAwaited = !request.isCancelled
    request.reply(result)
    return isAwaited
  }

  func finish(_ error: ResponseError) {
    if take() != nil { request.reply(error) }
  }

  /// Answers in the place of the work, and stops it.
  func supersede(with result: some Encodable & Sendable) {
    guard let task = take() else { return }
    task?.cancel()
    request.reply(result)
  }

  func supersede(with error: ResponseError) {
    guard let task = take() else { return }
    task?.cancel()
    request.reply(error)
  }

  private func forget() { _ = state.withLock { $0.task.take() } }

  /// Claims the right to answer; gives the task of the work.
  private func take() -> Task<Void, Never>?? {
    state.withLock { state in
      guard !state.isAnswered else { return nil }
      state.isAnswered = true
      return .some(state.task.take())
    }
  }
}
