import LanguageServerProtocol
import Synchronization

/// The language model at work on one query, for whichever request wants the answer.
///
/// It outlives the request that began it: what is typed meanwhile may still fit.
final class Generation: Sendable {
  let key: AnswerCache.Key
  /// Where the answer goes, in bytes.
  let offset: Int
  private let state = Mutex(State())

  private struct State {
    var partial = ""
    var task: Task<AnswerCache.Value, any Error>?
  }

  init(
    key: AnswerCache.Key, offset: Int,
    _ make: @escaping @Sendable (Generation) async throws -> AnswerCache.Value
  ) {
    self.key = key
    self.offset = offset
    let task = Task { try await make(self) }
    state.withLock { $0.task = task }
  }

  /// What there is of the text so far.
  var partial: String { state.withLock { $0.partial } }

  func grow(by piece: String) { state.withLock { $0.partial += piece } }

  /// The answer. Giving up the wait does not stop the work.
  func value() async throws -> AnswerCache.Value {
    guard let task = state.withLock({ $0.task }) else { throw CancellationError() }
    return try await task.value
  }

  func cancel() { state.withLock { $0.task }?.cancel() }
}
