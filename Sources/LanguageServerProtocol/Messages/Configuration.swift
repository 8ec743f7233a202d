public import JSONRPC

/// `workspace/configuration`: asks the client for sections of its settings.
public enum ConfigurationRequest: LSPRequest {
  public static let method = "workspace/configuration"
  public typealias Result = [JSONValue]

  public struct Params: Codable, Sendable {
    public var items: [Item]

    public init(items: [Item]) { self.items = items }
  }

  public struct Item: Codable, Sendable {
    public var scopeUri: String?
    public var section: String?

    public init(scopeUri: String? = nil, section: String? = nil) {
      self.scopeUri = scopeUri
      self.section = section
    }
  }
}

/// `workspace/didChangeConfiguration`
public enum DidChangeConfigurationNotification: LSPNotification {
  public static let method = "workspace/didChangeConfiguration"

  public struct Params: Codable, Sendable {
    public var settings: JSONValue?

    public init(settings: JSONValue? = nil) { self.settings = settings }
  }
}
