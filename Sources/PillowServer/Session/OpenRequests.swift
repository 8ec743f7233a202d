import JSONRPC
import Synchronization

/// Requests whose answers take time: when the server ends, they are answered at once.
final class OpenRequests: Sendable {
  private let open = Mutex<[ObjectIdentifier: PendingAnswer]>([:])

  /// Answers with what the work gives, or with its error.
  func answer<R: Encodable & Sendable>(
    _ request: IncomingRequest, with work: @escaping @Sendable () async throws -> R
  ) {
    let answer = PendingAnswer(request)
    open.withLock { $0[ObjectIdentifier(answer)] = answer }
    answer.start { [self] answer in
      do {
        answer.finish(try await work())
      } catch let error as ResponseError {
        answer.finish(error)
      } catch is CancellationError {
        answer.finish(ResponseError(.requestCancelled, "\(request.method) was cancelled"))
      } catch {
        answer.finish(ResponseError(.requestFailed, "\(error)"))
      }
      _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(answer)) }
    }
  }

  func cancelAll() {
    let all = open.withLock { open in
      defer { open = [:] }
      return Array(open.values)
    }
    for answer in all {
      answer.supersede(with: ResponseError(.requestCancelled, "the server ends"))
    }
  }
}
