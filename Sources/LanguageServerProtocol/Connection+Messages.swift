public import JSONRPC

extension Connection {
  /// Sends a notification.
  public func send<N: LSPNotification>(_ type: N.Type, _ params: N.Params) {
    notify(N.method, params)
  }

  /// Asks the client; throws the error it answers with, or one that says that the connection
  /// closed.
  public func send<R: LSPRequest>(
    _ type: R.Type, _ params: R.Params
  ) async throws(ResponseError) -> R.Result {
    try await request(R.method, params, as: R.Result.self)
  }
}

extension Connection {
  /// Sends a part of a request's result under the token that the client gave for that.
  public func sendPartial(_ part: some Encodable & Sendable, for token: ProgressToken) {
    notify(WorkDoneProgressNotification.method, PartialResult(token: token, value: part))
  }
}

/// The parameters of `$/progress` for partial results.
private struct PartialResult<Value: Encodable & Sendable>: Encodable, Sendable {
  var token: ProgressToken
  var value: Value
}
