/// `initialized`: the client has taken note of the answer to `initialize`.
public enum InitializedNotification: LSPNotification {
  public static let method = "initialized"
  public typealias Params = EmptyParams
}
