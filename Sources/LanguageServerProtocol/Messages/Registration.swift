/// `client/registerCapability`: asks the client to send something from now on.
public enum RegistrationRequest: LSPRequest {
  public static let method = "client/registerCapability"
  public typealias Result = NullResult

  public struct Params: Codable, Sendable {
    public var registrations: [Registration]

    public init(registrations: [Registration]) { self.registrations = registrations }
  }

  public struct Registration: Codable, Sendable {
    public var id: String
    public var method: String

    public init(id: String, method: String) {
      self.id = id
      self.method = method
    }
  }
}
