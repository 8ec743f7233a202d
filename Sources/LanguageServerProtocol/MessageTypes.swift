/// A request of LSP: its method with the types of its parameters and result.
public protocol LSPRequest {
  associatedtype Params: Codable & Sendable
  associatedtype Result: Codable & Sendable
  static var method: String { get }
}

/// A notification of LSP: its method with the type of its parameters.
public protocol LSPNotification {
  associatedtype Params: Codable & Sendable
  static var method: String { get }
}

/// A result that is always `null`.
public struct NullResult: Codable, Sendable, Hashable {
  public init() {}

  public init(from decoder: any Decoder) throws {}

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

/// Parameters that say nothing; absent, `null` and `{}` all decode to it.
public struct EmptyParams: Codable, Sendable, Hashable {
  public init() {}

  public init(from decoder: any Decoder) throws {}
}
