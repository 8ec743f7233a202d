/// `textDocument/inlineCompletion` (LSP 3.18): text to show at the cursor as if it were there.
public enum InlineCompletionRequest: LSPRequest {
  public static let method = "textDocument/inlineCompletion"
  public typealias Result = [InlineCompletionItem]?

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentIdentifier
    public var position: Position
    public var context: Context?
    public var workDoneToken: ProgressToken?
    public var partialResultToken: ProgressToken?

    public init(
      textDocument: TextDocumentIdentifier, position: Position, context: Context? = nil,
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil
    ) {
      self.textDocument = textDocument
      self.position = position
      self.context = context
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
    }
  }

  public struct Context: Codable, Sendable {
    /// 1 when the user asked, 2 when the editor did. Drafts of the protocol had 0 and 1, so little
    /// may depend on it.
    public var triggerKind: Int
    public var selectedCompletionInfo: SelectedCompletionInfo?

    public init(triggerKind: Int, selectedCompletionInfo: SelectedCompletionInfo? = nil) {
      self.triggerKind = triggerKind
      self.selectedCompletionInfo = selectedCompletionInfo
    }
  }
}

/// The item that is selected in the completion menu: what is suggested has to extend its text.
public struct SelectedCompletionInfo: Codable, Sendable, Hashable {
  public var range: DocumentRange
  public var text: String

  public init(range: DocumentRange, text: String) {
    self.range = range
    self.text = text
  }
}

/// One suggestion. It has no id of its own: that travels in the command's arguments.
public struct InlineCompletionItem: Codable, Sendable, Hashable {
  public var insertText: String
  public var filterText: String?
  /// What is replaced; begins and ends on one line.
  public var range: DocumentRange?
  public var command: Command?

  public init(
    insertText: String, filterText: String? = nil, range: DocumentRange? = nil,
    command: Command? = nil
  ) {
    self.insertText = insertText
    self.filterText = filterText
    self.range = range
    self.command = command
  }
}
