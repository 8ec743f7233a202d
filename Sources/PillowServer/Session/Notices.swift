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
    let line = oneLine(sentence)
    guard width(line) > longest else { return line }
    if let start = line.firstIndex(of: "`"),
      let end = line[line.index(after: start)...].firstIndex(of: "`")
    {
      let command = String(line[start...end])
      if command.count + 5 <= longest { return "Run \(command)" }
    }
    var cut = line[...]
    while width(cut) > longest - 1 { cut.removeLast() }
    return (cut.lastIndex(of: " ").map { String(cut[..<$0]) } ?? String(cut)) + "…"
  }

  /// Without line ends and other characters that move a cursor.
  static func oneLine(_ sentence: String) -> String {
    sentence.split { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } }
      .joined(separator: " ")
  }

  /// How many cells of a terminal a text takes, roughly: East Asian characters and emoji take two.
  static func width(_ text: some StringProtocol) -> Int {
    text.reduce(0) { total, character in
      let isWide = character.unicodeScalars.contains {
        (0x1100...0x115F).contains($0.value) || (0x2E80...0xD7A3).contains($0.value)
          || (0xF900...0xFAFF).contains($0.value) || (0xFE30...0xFE6F).contains($0.value)
          || (0xFF00...0xFF60).contains($0.value) || $0.value >= 0x1F300
      }
      return total + (isWide ? 2 : 1)
    }
  }

  /// Logs it. Never with the user's text.
  func log(_ sentence: String) {
    guard isNew(sentence) else { return }
    connection.send(LogMessageNotification.self, MessageParams(.warning, sentence))
  }
}
