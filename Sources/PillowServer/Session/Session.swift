import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// One client's session: knows its phase, and sends each message to its feature.
final class Session: MessageHandler {
  private let context: SessionContext
  private let lifecycle = Lifecycle()
  private let suggestions: InlineSuggestions
  private let exemplars: ExemplarMenu
  private let version: String
  private let router: Router
  private let watch = Mutex<Task<Void, Never>?>(nil)
  /// The answer to `shutdown`, which waits for the writes.
  private let ending = PendingWork()

  init(
    connection: Connection, opening: any ProjectOpening, version: String, progressDelay: Duration
  ) {
    let context = SessionContext(
      connection: connection, opening: opening, progressDelay: progressDelay)
    let ledger = SuggestionLedger()
    let answers = AnswerCache()
    self.context = context
    self.version = version
    suggestions = InlineSuggestions(context: context, ledger: ledger, answers: answers)
    exemplars = ExemplarMenu(context: context)
    var router = Router()
    suggestions.register(in: &router)
    exemplars.register(in: &router)
    FeedbackCapture(context: context, ledger: ledger, answers: answers).register(in: &router)
    Self.registerDocuments(in: &router, context, suggestions)
    self.router = router
  }

  // MARK: MessageHandler

  func received(_ request: IncomingRequest) {
    if let refusal = lifecycle.refusal(of: request.method) {
      request.reply(refusal)
      return
    }
    switch request.method {
    case InitializeRequest.method: initialize(request)
    case ShutdownRequest.method: shutDown(request)
    default:
      guard let handler = router.requests[request.method] else {
        request.reply(ResponseError(.methodNotFound, "\(request.method) is not known here"))
        return
      }
      handler(request)
    }
  }

  func received(_ notification: IncomingNotification) {
    if notification.method == ExitNotification.method {
      lifecycle.end()
    } else if lifecycle.phase == .running {
      router.notifications[notification.method]?(notification)
    }
  }

  func connectionClosed() { lifecycle.end() }

  // MARK: Beginning and end

  /// Waits for the end of the session, and until everything is answered and stored.
  func run() async -> Int32 {
    let code = await lifecycle.exitCode()
    watch.withLock { $0.take() }?.cancel()
    interrupt()
    await context.writes.drain()
    await ending.drain()
    return code
  }

  /// Answers what only takes time.
  private func interrupt() {
    suggestions.supersedeAll()
    exemplars.supersedeAll()
  }

  private func shutDown(_ request: IncomingRequest) {
    lifecycle.shutDown()
    interrupt()
    ending.run { [context] in
      await context.writes.drain()
      request.reply(NullResult())
    }
  }

  private func initialize(_ request: IncomingRequest) {
    let params: InitializeRequest.Params
    do throws(ResponseError) {
      params = try request.params()
    } catch {
      lifecycle.takeBackInitialize()
      request.reply(error)
      return
    }
    let offered = params.capabilities.positionEncodings
    let encoding = PositionEncoding.agreed(offered: offered)
    context.remember(params.capabilities, encoding: encoding)
    var problems: [String] = []
    let settings = ServerSettings(params.initializationOptions, problems: &problems)
    context.workspace.configure(roots: params.roots, settings: settings)
    if let process = params.processId {
      let task = Task { [lifecycle] in
        await ProcessWatch.untilEnd(of: process)
        if !Task.isCancelled { lifecycle.end() }
      }
      watch.withLock { $0 = task }
    }
    request.reply(
      InitializeRequest.Result(
        capabilities: .ofThisServer(encoding: offered.isEmpty ? nil : encoding),
        serverInfo: ProgramInfo(name: "pillow-lsp", version: version)))
    for problem in problems { context.notices.warn(problem) }
  }

  // MARK: Documents and folders

  private static func registerDocuments(
    in router: inout Router, _ context: SessionContext, _ suggestions: InlineSuggestions
  ) {
    router.on(DidOpenNotification.self) { params in
      context.documents.open(params.textDocument)
      suggestions.documentChanged(params.textDocument.uri)
    }
    router.on(DidChangeNotification.self) { params in
      context.documents.change(params, in: context.encoding)
      suggestions.documentChanged(params.textDocument.uri)
    }
    router.on(DidCloseNotification.self) { params in
      context.documents.close(params.textDocument.uri)
      suggestions.documentChanged(params.textDocument.uri)
    }
    router.on(InitializedNotification.self) { _ in context.workspace.prepare() }
    router.on(DidChangeWorkspaceFoldersNotification.self) { params in
      context.workspace.change(
        added: params.event.added.compactMap { URL(string: $0.uri) },
        removed: params.event.removed.compactMap { URL(string: $0.uri) })
      context.workspace.prepare()
    }
  }
}

extension ServerCapabilities {
  fileprivate static func ofThisServer(encoding: PositionEncoding?) -> ServerCapabilities {
    var capabilities = ServerCapabilities()
    capabilities.positionEncoding = encoding
    capabilities.textDocumentSync = .init(openClose: true, change: .incremental, save: false)
    // Sentences end with these, and instructions are sentences.
    capabilities.completionProvider = .init(
      triggerCharacters: [".", ":", "?"], resolveProvider: true)
    capabilities.inlineCompletionProvider = true
    capabilities.executeCommandProvider = .init(commands: FeedbackCapture.commands)
    capabilities.workspace = .init(
      workspaceFolders: .init(supported: true, changeNotifications: true))
    return capabilities
  }
}

extension InitializeRequest.Params {
  /// The workspace folders, or what older clients send instead.
  fileprivate var roots: [URL] {
    if let folders = workspaceFolders { return folders.compactMap { URL(string: $0.uri) } }
    if let uri = rootUri { return URL(string: uri).map { [$0] } ?? [] }
    return rootPath.map { [URL(fileURLWithPath: $0)] } ?? []
  }
}
