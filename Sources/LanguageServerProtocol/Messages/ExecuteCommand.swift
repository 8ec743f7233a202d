public import JSONRPC

/// `workspace/executeCommand`
public enum ExecuteCommandRequest: LSPRequest {
  public static let method = "workspace/executeCommand"
  public typealias Result = JSONValue?

  public struct Params: Codable, Sendable {
    public var command: String
    public var arguments: [JSONValue]?

    public init(command: String, arguments: [JSONValue]? = nil) {
      self.command = command
      self.arguments = arguments
    }
  }
}
