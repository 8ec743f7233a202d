import JSONRPC
import LanguageServerProtocol
import Synchronization

/// Sentences for the user, each said once a session.
final class Notices: Sendable {
  private let connection: Connection
  private let said = Mutex<Set<String>>([])

  init(connection: Connection) {
    self.connection = connection
  }

  /// Shows it, since the user has to do something about it.
  func warn(_ sentence: String) {
    guard said.withLock({ $0.insert(sentence).inserted }) else { return }
    connection.send(ShowMessageNotification.self, MessageParams(.warning, sentence))
  }

  /// Logs it. Never with the user's text.
  func log(_ sentence: String) {
    guard said.withLock({ $0.insert(sentence).inserted }) else { return }
    connection.send(LogMessageNotification.self, MessageParams(.warning, sentence))
  }
}
