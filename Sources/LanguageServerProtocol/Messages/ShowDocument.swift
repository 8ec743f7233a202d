/// `window/showDocument`: asks the client to open a document.
public enum ShowDocumentRequest: LSPRequest {
  public static let method = "window/showDocument"

  public struct Params: Codable, Sendable {
    public var uri: String
    public var takeFocus: Bool?

    public init(uri: String, takeFocus: Bool? = nil) {
      self.uri = uri
      self.takeFocus = takeFocus
    }
  }

  public struct Result: Codable, Sendable {
    public var success: Bool

    public init(success: Bool) { self.success = success }
  }
}
