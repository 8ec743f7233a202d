/// `textDocument/didOpen`: the text of a document is the client's from now on.
public enum DidOpenNotification: LSPNotification {
  public static let method = "textDocument/didOpen"

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentItem

    public init(textDocument: TextDocumentItem) { self.textDocument = textDocument }
  }
}
