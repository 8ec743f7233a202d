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

  /// Shows it, since the user has to do something about it. A long one is shown in short, and goes
  /// into the log whole.
  func warn(_ sentence: String) {
    guard isNew(sentence) else { return }
    let short = Self.short(sentence)
    if short != sentence {
      connection.send(LogMessageNotification.self, MessageParams(.warning, sentence))
    }
    connection.send(ShowMessageNotification.self, MessageParams(.warning, short))
  }

  private func isNew(_ sentence: String) -> Bool {
    said.withLock { said in
      // Sentences name files and ids, so their number has no end of its own.
      if said.count >= 1000 { said = [] }
      return said.insert(sentence).inserted
    }
  }

  /// What fits the last line of a terminal together with the server's name: there are editors that
  /// stop and wait for a key where it does not.
  static let longest = 60

  /// A command that the sentence names comes first, since it says what to do; then as much of the
  /// rest as fits.
  static func short(_ sentence: String) -> String {
    let line = sentence.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard line.count > longest else { return line }
    if let start = line.firstIndex(of: "`"),
      let end = line[line.index(after: start)...].firstIndex(of: "`")
    {
      let command = String(line[start...end])
      if command.count + 5 <= longest { return "Run \(command)" }
    }
    let cut = line.prefix(longest - 1)
    return (cut.lastIndex(of: " ").map { String(cut[..<$0]) } ?? String(cut)) + "…"
  }

  /// Logs it. Never with the user's text.
  func log(_ sentence: String) {
    guard isNew(sentence) else { return }
    connection.send(LogMessageNotification.self, MessageParams(.warning, sentence))
  }
}
