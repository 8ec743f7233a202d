public import JSONRPC

/// `textDocument/codeLens`
public enum CodeLensRequest: LSPRequest {
  public static let method = "textDocument/codeLens"
  public typealias Result = [CodeLens]?

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentIdentifier

    public init(textDocument: TextDocumentIdentifier) { self.textDocument = textDocument }
  }
}

/// `codeLens/resolve`
public enum CodeLensResolveRequest: LSPRequest {
  public static let method = "codeLens/resolve"
  public typealias Params = CodeLens
  public typealias Result = CodeLens
}

/// A command that stands above a line.
public struct CodeLens: Codable, Sendable, Hashable {
  public var range: DocumentRange
  public var command: Command?
  public var data: JSONValue?

  public init(range: DocumentRange, command: Command? = nil, data: JSONValue? = nil) {
    self.range = range
    self.command = command
    self.data = data
  }
}
