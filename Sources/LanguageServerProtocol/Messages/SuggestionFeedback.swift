/// `textDocument/didShowCompletion`: an extension that clients of other servers know; the item is
/// on the screen.
public enum DidShowCompletionNotification: LSPNotification {
  public static let method = "textDocument/didShowCompletion"

  public struct Params: Codable, Sendable {
    public var item: InlineCompletionItem

    public init(item: InlineCompletionItem) { self.item = item }
  }
}

/// `textDocument/didPartiallyAcceptCompletion`: an extension likewise; a word or a line of the item
/// was taken.
public enum DidPartiallyAcceptCompletionNotification: LSPNotification {
  public static let method = "textDocument/didPartiallyAcceptCompletion"

  public struct Params: Codable, Sendable {
    public var item: InlineCompletionItem
    /// UTF-16 code units from the start of `insertText`, earlier parts included.
    public var acceptedLength: Int

    public init(item: InlineCompletionItem, acceptedLength: Int) {
      self.item = item
      self.acceptedLength = acceptedLength
    }
  }
}

/// `pillow/didReject`: the user does not want a suggestion.
public enum DidRejectNotification: LSPNotification {
  public static let method = "pillow/didReject"

  public struct Params: Codable, Sendable {
    /// The suggestion's id, as it stands in its command's arguments.
    public var id: String
    public var reason: String?

    public init(id: String, reason: String? = nil) {
      self.id = id
      self.reason = reason
    }
  }
}
