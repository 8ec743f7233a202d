public import Foundation

/// A notification of the other side.
public struct IncomingNotification: Sendable {
  public let method: String
  private let body: Data

  public init(method: String, body: Data) {
    self.method = method
    self.body = body
  }

  /// The notification's parameters.
  public func params<P: Decodable>(as type: P.Type = P.self) throws(ResponseError) -> P {
    try MessageCoding.params(P.self, of: body)
  }
}
