import Foundation
import JSONRPC
import LanguageServerProtocol
import Languages
import PillowProject
import Settings
import Synchronization

/// One client's session: knows its phase, and sends each message to its feature.
final class Session: MessageHandler {
  private let context: SessionContext
  private let lifecycle = Lifecycle()
  private let suggestions: InlineSuggestions
  private let exemplars: ExemplarMenu
  private let version: String
  private let router: Router
  /// The names of the commands.
  private let commands: [String]
  private let watch = Mutex<Task<Void, Never>?>(nil)
  private let standing: StandingTexts
  private let idle: IdleLearning

  init(
    connection: Connection, projects: OpenProjects, version: String, options: ServerOptions
  ) {
    let context = SessionContext(connection: connection, projects: projects, options: options)
    let ledger = SuggestionLedger()
    let lives = SuggestionLives(context: context)
    let rejections = context.rejections
    let answers = AnswerCache()
    self.context = context
    self.version = version
    let offers = SuggestionOffers(
      context: context, ledger: ledger, lives: lives, rejections: rejections)
    let generations = Generations(context: context, answers: answers) { uri, answer in
      lives.answerEnded(in: uri, with: answer)
    }
    let standing = StandingTexts(context: context, lives: lives)
    self.standing = standing
    idle = IdleLearning(context: context, standing: standing)
    suggestions = InlineSuggestions(
      context: context, answers: answers, offers: offers, generations: generations,
      standing: standing)
    exemplars = ExemplarMenu(context: context)
    var router = Router { [notices = context.notices] in notices.log($0) }
    suggestions.register(in: &router)
    exemplars.register(in: &router)
    let capture = FeedbackCapture(
      context: context, ledger: ledger, answers: answers, lives: lives, rejections: rejections,
      generations: generations)
    var commands = CommandTable()
    capture.register(in: &router, &commands)
    InstructionCommands(context: context, offers: offers).register(in: &commands)
    let drafts = ExemplarDrafts(context: context)
    PoolCommands(context: context, drafts: drafts).register(in: &commands)
    LearningCommands(context: context).register(in: &commands)
    HarvestQuestions(context: context).register(in: &commands)
    let mining = ProjectMining(context: context)
    mining.register(in: &commands)
    FunctionCommands(context: context).register(in: &commands)
    commands.register(in: &router)
    self.commands = commands.names
    InstructionActions(context: context).register(in: &router)
    CompletingMethods(context: context, offers: offers).register(in: &router)
    ExemplarMethods(context: context).register(in: &router)
    PoolMethods(context: context).register(in: &router)
    HarvestMethods(context: context).register(in: &router)
    ExemplarHover(context: context).register(in: &router)
    InstructionLenses(context: context).register(in: &router)
    JudgementMethod(context: context, answers: answers, offers: offers).register(in: &router)
    StatusMethod(context: context).register(in: &router)
    context.progress.register(in: &router)
    LearningMethods(context: context).register(in: &router)
    Self.registerDocuments(in: &router, context, suggestions, lives, standing, mining)
    router.on(DidSaveNotification.self) { params in
      // It may be an ignore file.
      context.forgetRules()
      drafts.saved(params.textDocument.uri)
      standing.saved(params.textDocument.uri)
    }
    Self.registerSettings(in: &router, context, mining)
    self.router = router
    if options.learnsWhenIdle { idle.start() }
  }

  // MARK: MessageHandler

  func received(_ request: IncomingRequest) {
    idle.somethingHappened()
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
    idle.stop()
    // Without `shutdown`, too.
    standing.ending()
    interrupt()
    await context.writes.drain()
    return code
  }

  /// Ends the session as a client does that goes away.
  func end() { lifecycle.end() }

  /// Answers what only takes time.
  private func interrupt() {
    suggestions.supersedeAll()
    exemplars.supersedeAll()
    context.open.cancelAll()
  }

  private func shutDown(_ request: IncomingRequest) {
    lifecycle.shutDown()
    standing.ending()
    interrupt()
    // Not in a task: models that load may keep every thread of the pool busy.
    context.writes.whenIdle { request.reply(NullResult()) }
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
    let problems = context.settings.take(initializationOptions: params.initializationOptions)
    context.workspace.configure(roots: params.roots)
    context.status.isWanted = params.capabilities.pillowStatus
    request.reply(
      InitializeRequest.Result(
        capabilities: .ofThisServer(encoding: offered.isEmpty ? nil : encoding, commands: commands),
        serverInfo: ProgramInfo(name: "pillow-lsp", version: version)))
    for problem in problems { context.notices.warn(problem) }
    // Behind the answer, since the end of the process would end the session.
    if let process = params.processId { follow(process) }
  }

  private func follow(_ process: Int) {
    guard let client = ProcessWatch(process) else { return }
    let task = Task { [lifecycle, clock = context.clock] in
      await client.untilEnd()
      // Its last messages may still be on their way; the end of the input, which ends the session,
      // comes behind them.
      try? await clock.sleep(for: ServerOptions.lastMessagesWait)
      if !Task.isCancelled { lifecycle.end() }
    }
    watch.withLock { $0 = task }
  }

  // MARK: Documents and folders

  private static func registerDocuments(
    in router: inout Router, _ context: SessionContext, _ suggestions: InlineSuggestions,
    _ lives: SuggestionLives, _ standing: StandingTexts, _ mining: ProjectMining
  ) {
    router.on(DidOpenNotification.self) { params in
      context.documents.open(params.textDocument)
      suggestions.documentLeft(params.textDocument.uri)
      opened(params.textDocument, context)
      mining.documentOpened(params.textDocument.uri)
    }
    router.on(DidChangeNotification.self) { params in
      guard let (document, edits) = context.documents.change(params, in: context.encoding) else {
        return context.notices.log(
          "A change of \(params.textDocument.uri) was dropped: the document is not open.")
      }
      lives.changed(document, edits)
      standing.changed(document.uri, edits)
      suggestions.documentChanged(document, edits.last)
    }
    router.on(DidCloseNotification.self) { params in
      standing.closing(params.textDocument.uri)
      lives.closed(params.textDocument.uri)
      context.documents.close(params.textDocument.uri)
      suggestions.documentLeft(params.textDocument.uri)
      context.staged.forget(params.textDocument.uri)
    }
    router.on(DidChangeWorkspaceFoldersNotification.self) { params in
      let removed = params.event.removed.compactMap { URL(string: $0.uri) }
      context.workspace.change(
        added: params.event.added.compactMap { URL(string: $0.uri) }, removed: removed)
      for root in removed {
        context.status.setHarvest(0, of: root)
        context.status.setMinable(0, of: root)
      }
      // A new folder has settings of its own.
      begin(context, mining, asks: !params.event.added.isEmpty)
    }
  }

  /// Prepares projects and mines them once their settings are known.
  private static func begin(_ context: SessionContext, _ mining: ProjectMining, asks: Bool) {
    guard asks, context.capabilities.configuration else {
      context.prepare()
      return mining.begin()
    }
    Task {
      await pull(context)
      context.prepare()
      mining.begin()
    }
  }

  /// The diff of a commit is read while its message's document is shown.
  private static func opened(_ item: TextDocumentItem, _ context: SessionContext) {
    context.staged.read(
      for: item.uri, languageID: item.languageId, root: context.workspace.root(of: item.uri),
      settings: context.settings(for: item.uri).instructionsOrDefault)
  }
}

// MARK: Settings

extension Session {
  fileprivate static func registerSettings(
    in router: inout Router, _ context: SessionContext, _ mining: ProjectMining
  ) {
    router.on(InitializedNotification.self) { _ in
      begin(context, mining, asks: true)
      if context.capabilities.configurationRegistration {
        let change = RegistrationRequest.Registration(
          id: "pillow-lsp.configuration", method: DidChangeConfigurationNotification.method)
        Task {
          _ = try? await context.connection.send(
            RegistrationRequest.self, .init(registrations: [change]))
        }
      }
    }
    router.on(DidChangeConfigurationNotification.self) { params in
      if context.capabilities.configuration {
        Task { await pull(context) }
      } else if let settings = params.settings, settings["pillow-lsp"] != nil {
        take(settings["pillow-lsp"], of: nil, context)
      }
    }
  }

  /// Asks for the section `pillow-lsp` of every folder.
  private static func pull(_ context: SessionContext) async {
    let roots = context.workspace.roots
    let items = roots.map {
      ConfigurationRequest.Item(scopeUri: $0.absoluteString, section: "pillow-lsp")
    }
    let asked = items.isEmpty ? [.init(section: "pillow-lsp")] : items
    guard
      let answers = try? await context.connection.send(
        ConfigurationRequest.self, .init(items: asked))
    else { return }
    for (index, answer) in answers.enumerated() {
      take(answer, of: index < roots.count ? roots[index] : nil, context)
    }
  }

  private static func take(_ settings: JSONValue?, of root: URL?, _ context: SessionContext) {
    for problem in context.settings.take(configuration: settings, of: root) {
      context.notices.warn(problem)
    }
  }
}

extension ServerCapabilities {
  fileprivate static func ofThisServer(
    encoding: PositionEncoding?, commands: [String]
  ) -> ServerCapabilities {
    var capabilities = ServerCapabilities()
    capabilities.positionEncoding = encoding
    capabilities.textDocumentSync = .init(openClose: true, change: .incremental, save: true)
    // Sentences end with these, and instructions are sentences.
    capabilities.completionProvider = .init(
      triggerCharacters: [".", ":", "?"], resolveProvider: true)
    capabilities.inlineCompletionProvider = true
    capabilities.hoverProvider = true
    capabilities.codeLensProvider = .init(resolveProvider: true)
    capabilities.executeCommandProvider = .init(commands: commands)
    capabilities.codeActionProvider = .init(
      codeActionKinds: [InstructionActions.kind], resolveProvider: true)
    capabilities.experimental = ["pillow": ["version": .integer(PillowProtocol.version)]]
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
