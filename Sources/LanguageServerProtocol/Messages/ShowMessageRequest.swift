/// `window/showMessageRequest`: a question to the user with a few answers.
public enum ShowMessageRequest: LSPRequest {
  public static let method = "window/showMessageRequest"
  public typealias Result = Item?

  public struct Params: Codable, Sendable {
    public var type: MessageParams.Kind
    public var message: String
    public var actions: [Item]?

    public init(_ type: MessageParams.Kind, _ message: String, actions: [Item]) {
      self.type = type
      self.message = message
      self.actions = actions
    }
  }

  /// `MessageActionItem`
  public struct Item: Codable, Sendable, Hashable {
    public var title: String

    public init(title: String) { self.title = title }
  }
}
