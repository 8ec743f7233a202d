/// `shutdown`: the server gets ready to end; only `exit` may follow.
public enum ShutdownRequest: LSPRequest {
  public static let method = "shutdown"
  public typealias Params = EmptyParams?
  public typealias Result = NullResult
}
