/// `window/showMessage`: one sentence for the user.
public enum ShowMessageNotification: LSPNotification {
  public static let method = "window/showMessage"
  public typealias Params = MessageParams
}

/// `window/logMessage`: one sentence for the client's log of this server.
public enum LogMessageNotification: LSPNotification {
  public static let method = "window/logMessage"
  public typealias Params = MessageParams
}

/// A message and how bad it is.
public struct MessageParams: Codable, Sendable, Hashable {
  /// `MessageType`
  public enum Kind: Int, Codable, Sendable { case error = 1, warning, info, log }

  public var type: Kind
  public var message: String

  public init(_ type: Kind, _ message: String) {
    self.type = type
    self.message = message
  }
}
