/// `textDocument/didClose`: the document is the file system's again.
public enum DidCloseNotification: LSPNotification {
  public static let method = "textDocument/didClose"

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentIdentifier

    public init(textDocument: TextDocumentIdentifier) { self.textDocument = textDocument }
  }
}
