import CompletionEngine
import ErrorWording
import Foundation
import JSONRPC
import LanguageModel
import LanguageServerProtocol
import PillowProject
import PromptMatching
import PromptPool
import RemoteEngines
import Settings
import Synchronization
import WorkspaceRules

/// What the features of a session share.
final class SessionContext: Sendable {
  let connection: Connection
  let documents = DocumentStore()
  let workspace: Workspace
  let notices: Notices
  let settings: ClientSettings
  let heads = HeadNews()
  let clock: any ServerClock
  let status: StatusReporter
  let rejections = RejectionMemory()
  let accepted = AcceptedTexts()
  let staged = StagedChanges()
  let progress: ProgressBoard
  /// Requests that are being worked on.
  let open = OpenRequests()
  /// Feedback on its way to the disk.
  let writes = PendingWork()
  private let client = Mutex(Client())
  /// How the instructions of each project's pools begin, by the project's folder.
  private let openings = Mutex<[URL: KnownOpenings]>([:])
  private let verdicts = Mutex<[String: Verdict]>([:])

  private struct KnownOpenings {
    var at: Duration
    var openings: InstructionOpenings
  }

  private struct Verdict {
    var at: Duration
    var settings: InstructionSettings
    var refusal: DocumentRules.Refusal?
  }

  /// What the client said in `initialize`.
  struct Client: Sendable {
    var capabilities = ClientCapabilities()
    var encoding = PositionEncoding.utf16
  }

  init(connection: Connection, projects: OpenProjects, options: ServerOptions) {
    self.connection = connection
    progress = ProgressBoard(
      connection: connection, delay: options.progressDelay, clock: options.clock)
    clock = options.clock
    notices = Notices(connection: connection)
    status = StatusReporter(connection: connection)
    settings = ClientSettings(environment: options.environment)
    workspace = Workspace(projects: projects, settings: settings) {
      [rejections, notices, status, progress, heads] project, isFirst in
      ProjectNews(status: status, progress: progress, notices: notices, heads: heads)
        .follow(project)
      guard isFirst else { return }
      do { try await rejections.load(from: project) } catch {
        notices.log(
          "What was rejected in earlier sessions may be offered again: "
            + ErrorWording.sentence(error))
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
  func settings(for uri: String) -> PillowSettings {
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
  ///
  /// - Parameter surroundings: whether the text around it is read too, which only an answer needs.
  func instruction(
    in document: Document, at position: Position, surroundings: Bool = true
  ) -> Instruction? {
    instruction(
      in: document, at: document.text.offset(of: position, in: encoding),
      surroundings: surroundings)
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
  func instruction(
    in document: Document, at offset: Int, surroundings: Bool = true
  ) -> Instruction? {
    try? instructionOrReason(in: document, at: offset, surroundings: surroundings)
  }

  /// The same; where there is none, the error says why.
  func instructionOrReason(
    in document: Document, at offset: Int, surroundings: Bool = true
  ) throws(NoInstruction) -> Instruction {
    let settings = settings(for: document.uri).instructionsOrDefault
    if let refusal = refusal(of: document, settings) { throw .refused(refusal) }
    var found = try staged.instruction(
      in: document.text, document.uri, languageID: document.languageID, at: offset,
      openings: openings(for: document.uri))
    guard SecretScanner.find(in: found.text) == nil else { throw .secret }
    found.fillInput(from: document.text, tokens: settings.inputTokensOrDefault)
    if surroundings {
      found.fillSurroundings(from: document.text, tokens: settings.inputTokensOrDefault)
    }
    return found
  }

  /// Why nothing is written for an instruction unasked, a sentence; nil where it may be.
  func unaskedRefusal(_ instruction: Instruction, in document: Document) -> String? {
    if accepted.contain(document.text.text(of: instruction.range), in: document.uri) {
      return "An accepted answer asks for nothing itself; ask explicitly for more."
    }
    return AnsweredPlace.isAnswered(instruction, in: document.text)
      ? NoInstruction.finished.sentence : nil
  }

  // MARK: The project's own instructions

  /// As far as they are known; what is old is read again for the next time.
  private func openings(for uri: String) -> InstructionOpenings {
    let root = workspace.root(of: uri)
    let known = openings.withLock { $0[root] }
    if known.map({ clock.now - $0.at > Self.openingsHold }) ?? true {
      Task { try? await readOpenings(of: root) }
    }
    return known?.openings ?? InstructionOpenings()
  }

  /// Waits until it is known how the instructions of a document's project begin.
  func prepareOpenings(for uri: String) async {
    let root = workspace.root(of: uri)
    guard openings.withLock({ $0[root] }) == nil else { return }
    try? await readOpenings(of: root)
  }

  private func readOpenings(of root: URL) async throws {
    // Whoever comes next need not ask as well.
    openings.withLock { $0[root]?.at = clock.now }
    let found = try await InstructionOpenings(of: workspace.project(at: root))
    openings.withLock { $0[root] = KnownOpenings(at: clock.now, openings: found) }
  }

  private static let openingsHold = Duration.seconds(5)

  /// What the rules say of a document holds for a while: they read files.
  private func refusal(
    of document: Document, _ settings: InstructionSettings
  ) -> DocumentRules.Refusal? {
    let now = clock.now
    let key = document.uri + "\n" + document.languageID
    if let known = verdicts.withLock({ $0[key] }), known.settings == settings,
      now - known.at < .seconds(2)
    {
      return known.refusal
    }
    let refusal = DocumentRules(settings).refusal(
      uri: document.uri, languageID: document.languageID, root: workspace.root(of: document.uri))
    verdicts.withLock { verdicts in
      if verdicts.count > 1000 { verdicts = [:] }
      verdicts[key] = Verdict(at: now, settings: settings, refusal: refusal)
    }
    return refusal
  }

  /// Ignore files have been changed.
  func forgetRules() { verdicts.withLock { $0 = [:] } }

  /// Shows an error that the user can do something about, and writes others to the client's log.
  func report(_ error: any Error) {
    switch error {
    case is CancellationError: break
    case is ModelError, is ProjectError, is PromptPoolError, is LanguageModelError, is RemoteError:
      notices.warn("\(error)")
    default: notices.log(ErrorWording.sentence(error))
    }
  }
}

extension Instruction {
  var request: InstructionRequest {
    // A pattern that stands alone is of a language of its own, whatever the document is.
    let language = language ?? (RequestedPattern.isAsked(self) ? "regex" : nil)
    var request = InstructionRequest(
      instruction: text, input: input, language: language, context: context)
    request.earlier = earlier
    return request
  }
}
