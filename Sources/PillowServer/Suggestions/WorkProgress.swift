import JSONRPC
import LanguageServerProtocol
import Synchronization

/// Progress under a token that the client gave with its request.
final class WorkProgress: Sendable {
  private let token: ProgressToken
  private let connection: Connection
  private let state = Mutex(State())

  private struct State {
    var bytes = 0
    var reported = 0
    var isEnded = false
  }

  init(_ token: ProgressToken, _ title: String, _ connection: Connection) {
    self.token = token
    self.connection = connection
    send(.begin(title, cancellable: false))
  }

  /// Reports how much text there is, once for every 40 bytes.
  func grow(by bytes: Int) {
    let total: Int? = state.withLock { state in
      state.bytes += bytes
      guard !state.isEnded, state.bytes - state.reported >= 40 else { return nil }
      state.reported = state.bytes
      return state.bytes
    }
    if let total { send(.report("\(total) characters")) }
  }

  func end() {
    let isFirst = state.withLock { state in
      defer { state.isEnded = true }
      return !state.isEnded
    }
    if isFirst { send(.end()) }
  }

  private func send(_ value: WorkDoneProgress) {
    connection.send(WorkDoneProgressNotification.self, .init(token: token, value: value))
  }
}
