import Foundation
import Synchronization

/// One side of a JSON-RPC 2.0 conversation over two descriptors, with LSP's framing and
/// cancellation.
///
/// The descriptors stay the caller's. Bytes that are no message are answered with -32700 and the
/// conversation goes on; `$/cancelRequest` is handled here, everything else goes to the handler.
public final class Connection: Sendable {
  private let writer: MessageWriter
  private let recorder: MessageRecorder?
  private let input: Int32
  private let state = Mutex(State())

  private struct State {
    var reader: MessageReader?
    var open: [RequestID: WeakRequest] = [:]
    var awaited: [RequestID: CheckedContinuation<Result<Data, ResponseError>, Never>] = [:]
    var lastID = 0
    var isClosed = false
  }

  private struct WeakRequest { weak var request: IncomingRequest? }

  private struct CancelParams: Codable { var id: RequestID }

  public init(input: Int32, output: Int32, recorder: MessageRecorder? = nil) {
    self.input = input
    self.recorder = recorder
    writer = MessageWriter(descriptor: output)
  }

  /// Begins to read. The handler is kept until the connection closes.
  public func start(_ handler: any MessageHandler) {
    // Writing to a client that is gone is an error to see, not a reason to die.
    signal(SIGPIPE, SIG_IGN)
    let reader = MessageReader(
      descriptor: input,
      onFrame: { [self] in receive($0, handler) },
      onEnd: { [self] in
        endOfInput()
        handler.connectionClosed()
      })
    state.withLock { $0.reader = reader }
    reader.start()
  }

  /// Stops reading, and waits for what was written to go out. The descriptors are not used any more:
  /// what is said later is dropped.
  public func close() {
    let reader = state.withLock { state in
      defer { state.reader = nil }
      return state.reader
    }
    reader?.stop(timeout: .seconds(2))
    writer.close(timeout: .seconds(2))
  }

  // MARK: Sending

  public func notify(_ method: String, _ params: some Encodable) {
    guard
      case .success(let body) = MessageCoding.encode(
        OutgoingRequest(method: method, params: params))
    else { return }
    write(body)
  }

  /// Asks the other side. Cancelling the task sends `$/cancelRequest`; the answer is waited for all
  /// the same.
  ///
  /// - Throws: the error it answers with, or an internal error when the connection closes before.
  public func request<R: Decodable>(
    _ method: String, _ params: some Encodable & Sendable, as type: R.Type = R.self
  ) async throws(ResponseError) -> R {
    let id = state.withLock { state in
      state.lastID += 1
      return RequestID.string("pillow-\(state.lastID)")
    }
    let message = OutgoingRequest(id: id, method: method, params: params)
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        ask(id, message, continuation)
        // A task that was cancelled earlier has cancelled what had not been asked yet.
        if Task.isCancelled { notify("$/cancelRequest", CancelParams(id: id)) }
      }
    } onCancel: {
      notify("$/cancelRequest", CancelParams(id: id))
    }
    return try MessageCoding.result(R.self, of: answer.get())
  }

  private func ask(
    _ id: RequestID, _ message: some Encodable,
    _ continuation: CheckedContinuation<Result<Data, ResponseError>, Never>
  ) {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.awaited[id] = continuation }
      return !state.isClosed
    }
    guard isOpen else {
      continuation.resume(returning: .failure(Self.closed))
      return
    }
    switch MessageCoding.encode(message) {
    case .success(let body): write(body)
    case .failure(let error): take(id)?.resume(returning: .failure(error))
    }
  }

  private static let closed = ResponseError(.internalError, "the connection is closed")

  private func write(_ body: Data) {
    guard writer.isOpen else { return }
    recorder?.record(.serverToClient, message: body)
    writer.write(body)
  }

  private func respond(
    to id: RequestID?, _ value: Result<any Encodable & Sendable, ResponseError>
  ) {
    var encoded: Result<Data, ResponseError>
    switch value {
    case .success(let result):
      encoded = encodeResponse(id, result)
    case .failure(let error):
      encoded = MessageCoding.encode(OutgoingResponse<Int>(id: id, value: .failure(error)))
    }
    if case .failure(let error) = encoded {
      encoded = MessageCoding.encode(OutgoingResponse<Int>(id: id, value: .failure(error)))
    }
    if case .success(let body) = encoded { write(body) }
  }

  private func encodeResponse<R: Encodable>(
    _ id: RequestID?, _ result: R
  ) -> Result<Data, ResponseError> {
    MessageCoding.encode(OutgoingResponse<R>(id: id, value: .success(result)))
  }

  // MARK: Receiving

  private func receive(_ frame: MessageFramer.Frame, _ handler: any MessageHandler) {
    switch frame {
    case .malformed(let error):
      recorder?.record(.clientToServer, stray: "\(error)")
      respond(to: nil, .failure(ResponseError(.parseError, "\(error)")))
    case .body(let bytes):
      receive(Data(bytes), handler)
    }
  }

  private func receive(_ body: Data, _ handler: any MessageHandler) {
    let incoming = MessageCoding.classify(body)
    record(body, incoming)
    switch incoming {
    case .request(let id, let method):
      receive(request: id, method, body, handler)
    case .notification(method: "$/cancelRequest"):
      if let params = try? MessageCoding.params(CancelParams.self, of: body) { cancel(params.id) }
    case .notification(let method):
      handler.received(IncomingNotification(method: method, body: body))
    case .response(let id):
      take(id)?.resume(returning: .success(body))
    case .invalid(let id, let error):
      respond(to: id, .failure(error))
    case .ignored:
      break
    }
  }

  private func record(_ body: Data, _ incoming: MessageCoding.Incoming) {
    guard let recorder else { return }
    if case .invalid(_, let error) = incoming {
      recorder.record(.clientToServer, stray: "\(error)")
    } else {
      recorder.record(.clientToServer, message: body)
    }
  }

  private func receive(
    request id: RequestID, _ method: String, _ body: Data, _ handler: any MessageHandler
  ) {
    // Only this thread adds requests, so the id cannot come to be in use in between.
    guard state.withLock({ $0.open[id]?.request == nil }) else {
      let error = ResponseError(.invalidRequest, "the id \(id) is in use by an open request")
      respond(to: id, .failure(error))
      return
    }
    let request = IncomingRequest(id: id, method: method, body: body) { [self] id, answer in
      state.withLock { $0.open[id] = nil }
      respond(to: id, answer)
    }
    state.withLock { $0.open[id] = WeakRequest(request: request) }
    handler.received(request)
  }

  private func cancel(_ id: RequestID) {
    state.withLock { $0.open[id]?.request }?.cancel()
  }

  private func take(
    _ id: RequestID
  ) -> CheckedContinuation<Result<Data, ResponseError>, Never>? {
    state.withLock { $0.awaited.removeValue(forKey: id) }
  }

  private func endOfInput() {
    let awaited = state.withLock { state in
      state.isClosed = true
      defer { state.awaited = [:] }
      return Array(state.awaited.values)
    }
    for continuation in awaited { continuation.resume(returning: .failure(Self.closed)) }
  }
}
