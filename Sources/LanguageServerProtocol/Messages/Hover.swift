/// `textDocument/hover`
public enum HoverRequest: LSPRequest {
  public static let method = "textDocument/hover"
  public typealias Params = TextDocumentPositionParams
  public typealias Result = Hover?
}

/// What is shown beside a place in a document.
public struct Hover: Codable, Sendable, Hashable {
  public var contents: MarkupContent
  public var range: DocumentRange?

  public init(contents: MarkupContent, range: DocumentRange? = nil) {
    self.contents = contents
    self.range = range
  }
}
