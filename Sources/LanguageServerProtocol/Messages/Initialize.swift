public import JSONRPC

/// `initialize`: the first request, by which both sides say what they can do.
public enum InitializeRequest: LSPRequest {
  public static let method = "initialize"

  public struct Params: Codable, Sendable {
    /// The client's process; the server ends when it does.
    public var processId: Int?
    public var clientInfo: ProgramInfo?
    public var rootPath: String?
    public var rootUri: String?
    public var capabilities: ClientCapabilities
    public var initializationOptions: JSONValue?
    public var workspaceFolders: [WorkspaceFolder]?

    public init(
      processId: Int? = nil, clientInfo: ProgramInfo? = nil, rootUri: String? = nil,
      capabilities: ClientCapabilities = ClientCapabilities(),
      initializationOptions: JSONValue? = nil, workspaceFolders: [WorkspaceFolder]? = nil
    ) {
      self.processId = processId
      self.clientInfo = clientInfo
      self.rootUri = rootUri
      self.capabilities = capabilities
      self.initializationOptions = initializationOptions
      self.workspaceFolders = workspaceFolders
    }

    private enum CodingKeys: String, CodingKey {
      case processId, clientInfo, rootPath, rootUri, capabilities, initializationOptions
      case workspaceFolders
    }

    /// `processId` and `rootUri` are the two that have to be sent as `null` when there is none.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(processId, forKey: .processId)
      try container.encodeIfPresent(clientInfo, forKey: .clientInfo)
      try container.encodeIfPresent(rootPath, forKey: .rootPath)
      try container.encode(rootUri, forKey: .rootUri)
      try container.encode(capabilities, forKey: .capabilities)
      try container.encodeIfPresent(initializationOptions, forKey: .initializationOptions)
      try container.encodeIfPresent(workspaceFolders, forKey: .workspaceFolders)
    }
  }

  public struct Result: Codable, Sendable {
    public var capabilities: ServerCapabilities
    public var serverInfo: ProgramInfo?

    public init(capabilities: ServerCapabilities, serverInfo: ProgramInfo? = nil) {
      self.capabilities = capabilities
      self.serverInfo = serverInfo
    }
  }
}

/// The name and version of a client or server.
public struct ProgramInfo: Codable, Sendable, Hashable {
  public var name: String
  public var version: String?

  public init(name: String, version: String? = nil) {
    self.name = name
    self.version = version
  }
}
