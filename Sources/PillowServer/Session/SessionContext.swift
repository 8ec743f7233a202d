import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// What the features of a session share.
final class SessionContext: Sendable {
  let connection: Connection
  let documents = DocumentStore()
  let workspace: Workspace
  let notices: Notices
  /// How long work may take before the user is shown that it goes on.
  let progressDelay: Duration
  /// Feedback on its way to the disk.
  let writes = PendingWork()
  private let client = Mutex(Client())

  /// What the client said in `initialize`.
  struct Client: Sendable {
    var capabilities = ClientCapabilities()
    var encoding = PositionEncoding.utf16
  }

  init(connection: Connection, opening: any ProjectOpening, progressDelay: Duration) {
    self.connection = connection
    self.progressDelay = progressDelay
    notices = Notices(connection: connection)
    workspace = Workspace(opening: opening, notices: notices)
  }

  var encoding: PositionEncoding { client.withLock { $0.encoding } }

  var capabilities: ClientCapabilities { client.withLock { $0.capabilities } }

  func remember(_ capabilities: ClientCapabilities, encoding: PositionEncoding) {
    client.withLock { $0 = Client(capabilities: capabilities, encoding: encoding) }
  }

  /// The instruction at a position of a document as it is now.
  func instruction(in document: Document, at position: Position) -> Instruction? {
    InstructionDetector.detect(
      in: document.text, languageID: document.languageID,
      at: document.text.offset(of: position, in: encoding),
      fileName: URL(string: document.uri)?.lastPathComponent ?? "")
  }

  /// Tells the user what he can do about it, or writes it to the client's log.
  func report(_ error: any Error) {
    switch error {
    case is CancellationError: break
    case ServiceError.modelMissing(let sentence): notices.warn(sentence)
    case ServiceError.unavailable(let sentence): notices.log(sentence)
    case let error as ServiceError: notices.warn(error.description)
    default: notices.log("\(error)")
    }
  }
}

extension Instruction {
  var query: InstructionQuery {
    InstructionQuery(instruction: text, input: input, language: language)
  }
}
