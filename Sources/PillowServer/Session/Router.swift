import JSONRPC
import LanguageServerProtocol

/// Which function serves which method.
struct Router: Sendable {
  typealias RequestHandler = @Sendable (IncomingRequest) -> Void
  typealias NotificationHandler = @Sendable (IncomingNotification) -> Void

  private(set) var requests: [String: RequestHandler] = [:]
  private(set) var notifications: [String: NotificationHandler] = [:]
  /// Takes a sentence about a notification that could not be read.
  private let log: @Sendable (String) -> Void

  init(log: @escaping @Sendable (String) -> Void) { self.log = log }

  /// Serves a request; parameters that do not fit are answered with -32602.
  mutating func on<R: LSPRequest>(
    _ type: R.Type, _ handler: @escaping @Sendable (R.Params, IncomingRequest) -> Void
  ) {
    requests[R.method] = { request in
      do throws(ResponseError) {
        handler(try request.params(as: R.Params.self), request)
      } catch {
        request.reply(error)
      }
    }
  }

  /// Serves a request that looks after its parameters itself.
  mutating func onRaw<R: LSPRequest>(_ type: R.Type, _ handler: @escaping RequestHandler) {
    requests[R.method] = handler
  }

  /// Serves a notification; one whose parameters do not fit is logged and dropped, since nobody
  /// waits for an answer.
  mutating func on<N: LSPNotification>(
    _ type: N.Type, _ handler: @escaping @Sendable (N.Params) -> Void
  ) {
    notifications[N.method] = { [log] notification in
      do throws(ResponseError) {
        handler(try notification.params(as: N.Params.self))
      } catch {
        log("\(N.method) was dropped: \(error.message)")
      }
    }
  }
}
