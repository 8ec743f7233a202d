/// `workspace/didChangeWorkspaceFolders`
public enum DidChangeWorkspaceFoldersNotification: LSPNotification {
  public static let method = "workspace/didChangeWorkspaceFolders"

  public struct Params: Codable, Sendable {
    public var event: Event

    public init(event: Event) { self.event = event }
  }

  public struct Event: Codable, Sendable {
    public var added: [WorkspaceFolder]
    public var removed: [WorkspaceFolder]

    public init(added: [WorkspaceFolder], removed: [WorkspaceFolder]) {
      self.added = added
      self.removed = removed
    }
  }
}
