/// `pillow/status` (since 1): how the server is doing.
public enum PillowStatusRequest: LSPRequest {
  public static let method = "pillow/status"
  public typealias Params = EmptyParams
  public typealias Result = PillowStatus
}

/// `pillow/didChangeStatus` (since 1): sent to clients with `experimental.pillow.status`.
public enum PillowStatusNotification: LSPNotification {
  public static let method = "pillow/didChangeStatus"
  public typealias Params = PillowStatus
}

/// The state of the server.
public struct PillowStatus: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable {
    case normal = "Normal", warning = "Warning", error = "Error"
  }

  public var kind: Kind
  public var busy: Bool
  /// A sentence that says what to do, or an empty one.
  public var message: String
  /// How many accepted and kept completions could become exemplars; missing if there are none.
  public var harvest: Int?

  public init(kind: Kind, busy: Bool, message: String, harvest: Int? = nil) {
    self.kind = kind
    self.busy = busy
    self.message = message
    self.harvest = harvest
  }
}
