import ErrorWording
import JSONRPC
import Synchronization

/// Requests whose answers take time: when the server ends, they are answered at once.
final class OpenRequests: Sendable {
  private let open = Mutex<[ObjectIdentifier: Entry]>([:])

  private struct Entry {
    var answer: PendingAnswer
    var atEnd: @Sendable (PendingAnswer) -> Void
  }

  /// Answers with what the work gives, or with its error.
  func answer<R: Encodable & Sendable>(
    _ request: IncomingRequest, with work: @escaping @Sendable () async throws -> R
  ) {
    answer(
      request,
      atEnd: { $0.supersede(with: ResponseError(.requestCancelled, "the server ends")) },
      with: work)
  }

  /// The same for what an editor asks by itself: at the end it gets an empty answer, and no error
  /// that it might show.
  func answer<R: Encodable & Sendable>(
    _ request: IncomingRequest, orAtEnd empty: R,
    with work: @escaping @Sendable () async throws -> R
  ) {
    answer(request, atEnd: { $0.supersede(with: empty) }, with: work)
  }

  private func answer<R: Encodable & Sendable>(
    _ request: IncomingRequest, atEnd: @escaping @Sendable (PendingAnswer) -> Void,
    with work: @escaping @Sendable () async throws -> R
  ) {
    let answer = PendingAnswer(request)
    open.withLock { $0[ObjectIdentifier(answer)] = Entry(answer: answer, atEnd: atEnd) }
    answer.start { [self] answer in
      do {
        answer.finish(try await work())
      } catch let error as ResponseError {
        answer.finish(error)
      } catch is CancellationError {
        answer.finish(ResponseError(.requestCancelled, "\(request.method) was cancelled"))
      } catch {
        answer.finish(ResponseError(.requestFailed, ErrorWording.sentence(error)))
      }
      _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(answer)) }
    }
  }

  func cancelAll() {
    let all = open.withLock { open in
      defer { open = [:] }
      return Array(open.values)
    }
    for entry in all { entry.atEnd(entry.answer) }
  }
}
