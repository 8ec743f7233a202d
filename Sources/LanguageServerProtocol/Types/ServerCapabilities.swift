public import JSONRPC

/// What the server can do. What is `nil` is not announced.
public struct ServerCapabilities: Codable, Sendable, Hashable {
  public var positionEncoding: PositionEncoding?
  public var textDocumentSync: TextDocumentSyncOptions?
  public var completionProvider: CompletionOptions?
  public var inlineCompletionProvider: Bool?
  public var hoverProvider: Bool?
  public var codeLensProvider: CodeLensOptions?
  public var codeActionProvider: CodeActionOptions?
  public var executeCommandProvider: ExecuteCommandOptions?
  public var workspace: Workspace?
  public var experimental: JSONValue?

  public init() {}

  public struct TextDocumentSyncOptions: Codable, Sendable, Hashable {
    /// `TextDocumentSyncKind`
    public enum Kind: Int, Codable, Sendable { case none, full, incremental }

    public var openClose: Bool
    public var change: Kind
    public var save: Bool

    public init(openClose: Bool, change: Kind, save: Bool) {
      self.openClose = openClose
      self.change = change
      self.save = save
    }
  }

  public struct CompletionOptions: Codable, Sendable, Hashable {
    public var triggerCharacters: [String]?
    public var resolveProvider: Bool?

    public init(triggerCharacters: [String]? = nil, resolveProvider: Bool? = nil) {
      self.triggerCharacters = triggerCharacters
      self.resolveProvider = resolveProvider
    }
  }

  public struct CodeLensOptions: Codable, Sendable, Hashable {
    public var resolveProvider: Bool?

    public init(resolveProvider: Bool? = nil) { self.resolveProvider = resolveProvider }
  }

  public struct CodeActionOptions: Codable, Sendable, Hashable {
    public var codeActionKinds: [String]?
    public var resolveProvider: Bool?

    public init(codeActionKinds: [String]? = nil, resolveProvider: Bool? = nil) {
      self.codeActionKinds = codeActionKinds
      self.resolveProvider = resolveProvider
    }
  }

  public struct ExecuteCommandOptions: Codable, Sendable, Hashable {
    public var commands: [String]

    public init(commands: [String]) { self.commands = commands }
  }

  public struct Workspace: Codable, Sendable, Hashable {
    public var workspaceFolders: Folders?

    public init(workspaceFolders: Folders? = nil) { self.workspaceFolders = workspaceFolders }

    public struct Folders: Codable, Sendable, Hashable {
      public var supported: Bool
      public var changeNotifications: Bool

      public init(supported: Bool, changeNotifications: Bool) {
        self.supported = supported
        self.changeNotifications = changeNotifications
      }
    }
  }
}
