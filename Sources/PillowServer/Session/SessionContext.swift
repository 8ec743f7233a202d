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
  let settings: ClientSettings
  let clock: any ServerClock
  let status: StatusReporter
  let rejections = RejectionMemory()
  let progress: ProgressBoard
  /// Requests that are being worked on.
  let open = OpenRequests()
  /// Feedback on its way to the disk.
  let writes = PendingWork()
  private let client = Mutex(Client())
  private let verdicts = Mutex<[String: Verdict]>([:])

  private struct Verdict {
    var at: Duration
    var settings: InstructionSettings
    var isServed: Bool
  }

  /// What the client said in `initialize`.
  struct Client: Sendable {
    var capabilities = ClientCapabilities()
    var encoding = PositionEncoding.utf16
  }

  init(connection: Connection, opening: any ProjectOpening, options: ServerOptions) {
    self.connection = connection
    progress = ProgressBoard(
      connection: connection, delay: options.progressDelay, clock: options.clock)
    clock = options.clock
    notices = Notices(connection: connection)
    status = StatusReporter(connection: connection)
    settings = ClientSettings(environment: options.environment)
    workspace = Workspace(opening: opening, settings: settings) {
      [rejections, notices, status, progress] service, isFirst in
      ProjectNews(status: status, progress: progress, notices: notices).follow(service)
      guard isFirst else { return }
      do { try rejections.load(from: service.pool) } catch {
        notices.log("what was rejected in earlier sessions may be offered again: \(error)")
      }
    }
  }

  var encoding: PositionEncoding { client.withLock { $0.encoding } }

  var capabilities: ClientCapabilities { client.withLock { $0.capabilities } }

  func remember(_ capabilities: ClientCapabilities, encoding: PositionEncoding) {
    progress.showsOwn = capabilities.workDoneProgress
    client.withLock { $0 = Client(capabilities: capabilities, encoding: encoding) }
  }

  /// The settings that hold for a document; what is wrong in its project's file is told.
  func settings(for uri: String) -> ServerSettings {
    let (found, problems) = settings.settings(of: workspace.root(of: uri))
    for problem in problems { notices.warn(problem) }
    return found
  }

  /// Opens the projects of all folders in the background, and counts what can be kept of each.
  func prepare() {
    workspace.prepare()
    for root in workspace.roots { Task { await countHarvest(of: root) } }
  }

  /// The instruction at a position of a document as it is now.
  func instruction(in document: Document, at position: Position) -> Instruction? {
    instruction(in: document, at: document.text.offset(of: position, in: encoding))
  }

  /// The same for what a user asks for at the cursor: within an instruction its end is meant, since
  /// there are editors in which the cursor stands on the last character and not behind it.
  func instructionToAnswer(in document: Document, at position: Position) -> Instruction? {
    guard let found = instruction(in: document, at: position) else { return nil }
    guard found.insertion == nil else { return found }
    let atEnd = instruction(in: document, at: found.range.upperBound)
    return atEnd?.insertion == nil || atEnd?.text != found.text ? found : atEnd
  }

  /// The instruction at a byte of a document, with its input: never where the settings, ignore
  /// files or secrets forbid.
  func instruction(in document: Document, at offset: Int) -> Instruction? {
    let settings = settings(for: document.uri).instructions ?? InstructionSettings()
    guard isServed(document, settings),
      var found = InstructionDetector.detect(
        in: document.text, languageID: document.languageID, at: offset,
        fileName: URL(string: document.uri)?.lastPathComponent ?? ""),
      !found.text.lines.contains(where: { Secrets.isSecret($0) })
    else { return nil }
    if found.input.isEmpty, found.kind == .comment || found.kind == .paragraph {
      found.input = SurroundingText.block(for: found, in: document.text)
    }
    found.input = SurroundingText.fitted(
      Secrets.removed(from: found.input), tokens: settings.inputTokens ?? 400)
    return found
  }

  /// What the rules say of a document holds for a while: they read files.
  private func isServed(_ document: Document, _ settings: InstructionSettings) -> Bool {
    let now = clock.now
    let key = document.uri + "\n" + document.languageID
    if let known = verdicts.withLock({ $0[key] }), known.settings == settings,
      now - known.at < .seconds(2)
    {
      return known.isServed
    }
    let refusal = DocumentRules(settings).refusal(
      uri: document.uri, languageID: document.languageID, root: workspace.root(of: document.uri))
    verdicts.withLock { verdicts in
      if verdicts.count > 1000 { verdicts = [:] }
      verdicts[key] = Verdict(at: now, settings: settings, isServed: refusal == nil)
    }
    return refusal == nil
  }

  /// Ignore files have been changed.
  func forgetRules() { verdicts.withLock { $0 = [:] } }

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
