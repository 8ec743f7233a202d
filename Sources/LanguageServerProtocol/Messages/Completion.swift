public import JSONRPC

/// `textDocument/completion`: the menu at the cursor.
public enum CompletionRequest: LSPRequest {
  public static let method = "textDocument/completion"
  public typealias Params = TextDocumentPositionParams
  public typealias Result = CompletionList?
}

/// The items of the menu.
public struct CompletionList: Codable, Sendable, Hashable {
  /// Whether to ask again when more is typed.
  public var isIncomplete: Bool
  public var items: [CompletionItem]

  public init(isIncomplete: Bool, items: [CompletionItem]) {
    self.isIncomplete = isIncomplete
    self.items = items
  }
}

/// One item of the menu; what is only shown when it is selected comes with
/// `completionItem/resolve`.
public struct CompletionItem: Codable, Sendable, Hashable {
  public var label: String
  public var labelDetails: LabelDetails?
  public var kind: Kind?
  public var detail: String?
  public var documentation: MarkupContent?
  public var sortText: String?
  public var filterText: String?
  public var insertTextFormat: InsertTextFormat?
  public var insertTextMode: InsertTextMode?
  public var textEdit: TextEdit?
  public var data: JSONValue?

  public init(label: String) { self.label = label }

  /// `CompletionItemKind`, as far as it is used.
  public enum Kind: Int, Codable, Sendable { case text = 1, snippet = 15 }

  /// `InsertTextFormat`: whether `$` and `}` have a meaning in the text.
  public enum InsertTextFormat: Int, Codable, Sendable { case plainText = 1, snippet = 2 }

  /// `InsertTextMode`: whether the client may change the indentation of what it inserts.
  public enum InsertTextMode: Int, Codable, Sendable { case asIs = 1, adjustIndentation = 2 }

  /// `CompletionItemLabelDetails`
  public struct LabelDetails: Codable, Sendable, Hashable {
    public var detail: String?
    public var description: String?

    public init(detail: String? = nil, description: String? = nil) {
      self.detail = detail
      self.description = description
    }
  }
}
