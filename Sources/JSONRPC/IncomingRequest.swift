public import Foundation
import Synchronization

/// A request of the other side together with its one answer.
///
/// It has to be answered exactly once: a second answer, or dropping it unanswered, is a bug that
/// stops a debug build; a release build answers what was dropped with an internal error, since a
/// client would wait for ever. A cancelled request is answered with -32800 at once, and whatever
/// its handler answers later is not sent.
public final class IncomingRequest: Sendable {
  public let id: RequestID
  public let method: String
  private let body: Data
  private let state = Mutex(State())
  private let send: @Sendable (RequestID, Result<any Encodable & Sendable, ResponseError>) -> Void

  private struct State {
    var isAnswered = false
    var isCancelled = false
    var onCancel: [@Sendable () -> Void] = []
  }

  /// - Parameters:
  ///   - body: the message's JSON.
  ///   - send: takes the one answer.
  public init(
    id: RequestID, method: String, body: Data,
    send: @escaping @Sendable (RequestID, Result<any Encodable & Sendable, ResponseError>) -> Void
  ) {
    self.id = id
    self.method = method
    self.body = body
    self.send = send
  }

  deinit {
    let isOpen = state.withLock { !$0.isAnswered && !$0.isCancelled }
    guard isOpen else { return }
    assertionFailure("the request \(method) was dropped unanswered")
    send(id, .failure(ResponseError(.internalError, "the request was not answered")))
  }

  /// The request's parameters.
  public func params<P: Decodable>(as type: P.Type = P.self) throws(ResponseError) -> P {
    try MessageCoding.params(P.self, of: body)
  }

  public func reply(_ result: some Encodable & Sendable) { answer(.success(result)) }

  public func reply(_ error: ResponseError) { answer(.failure(error)) }

  /// Whether the client has cancelled it; the answer has gone out already then.
  public var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Runs `action` once when the request is cancelled, at once if it has been already.
  public func onCancel(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isCancelled && !state.isAnswered { state.onCancel.append(action) }
      return state.isCancelled
    }
    if isLate { action() }
  }

  private func answer(_ answer: Result<any Encodable & Sendable, ResponseError>) {
    let isFirst = state.withLock { state in
      if state.isAnswered {
        assertionFailure("the request \(method) was answered twice")
        return false
      }
      state.isAnswered = true
      state.onCancel = []
      return !state.isCancelled
    }
    if isFirst { send(id, answer) }
  }

  /// Answers with -32800, unless there has been an answer.
  public func cancel() {
    let actions: [@Sendable () -> Void]? = state.withLock { state in
      guard !state.isAnswered, !state.isCancelled else { return nil }
      state.isCancelled = true
      defer { state.onCancel = [] }
      return state.onCancel
    }
    guard let actions else { return }
    send(id, .failure(ResponseError(.requestCancelled, "the request was cancelled")))
    for action in actions { action() }
  }
}
