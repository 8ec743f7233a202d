/// `textDocument/didChange`: changes to apply one after another.
public enum DidChangeNotification: LSPNotification {
  public static let method = "textDocument/didChange"

  public struct Params: Codable, Sendable {
    public var textDocument: VersionedTextDocumentIdentifier
    public var contentChanges: [TextDocumentContentChange]

    public init(
      textDocument: VersionedTextDocumentIdentifier, contentChanges: [TextDocumentContentChange]
    ) {
      self.textDocument = textDocument
      self.contentChanges = contentChanges
    }
  }
}
