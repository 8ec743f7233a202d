public import JSONRPC

/// `textDocument/codeAction`
public enum CodeActionRequest: LSPRequest {
  public static let method = "textDocument/codeAction"
  /// Actions, or commands for clients that know nothing else.
  public typealias Result = [JSONValue]?

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentIdentifier
    public var range: DocumentRange
    public var context: Context?

    public init(textDocument: TextDocumentIdentifier, range: DocumentRange, context: Context? = nil)
    {
      self.textDocument = textDocument
      self.range = range
      self.context = context
    }
  }

  public struct Context: Codable, Sendable {
    /// The kinds that are asked for; all where it is missing.
    public var only: [String]?

    public init(only: [String]? = nil) { self.only = only }
  }
}

/// `codeAction/resolve`: fills in the edit. Any JSON, so that what a client has added comes back to
/// it.
public enum CodeActionResolveRequest: LSPRequest {
  public static let method = "codeAction/resolve"
  public typealias Params = JSONValue
  public typealias Result = JSONValue
}

/// Something that can be done at a place of a document.
public struct CodeAction: Codable, Sendable, Hashable {
  public var title: String
  public var kind: String?
  public var disabled: Disabled?
  public var edit: WorkspaceEdit?
  public var command: Command?
  public var data: JSONValue?

  public init(title: String, kind: String) {
    self.title = title
    self.kind = kind
  }

  /// Why it cannot be done now.
  public struct Disabled: Codable, Sendable, Hashable {
    public var reason: String

    public init(reason: String) { self.reason = reason }
  }
}
