public import JSONRPC

/// A command that the client runs when the item it belongs to is accepted.
public struct Command: Codable, Sendable, Hashable {
  public var title: String
  public var command: String
  /// Always sent, also when empty: there are clients that index it unasked.
  public var arguments: [JSONValue]

  public init(title: String, command: String, arguments: [JSONValue] = []) {
    self.title = title
    self.command = command
    self.arguments = arguments
  }
}
