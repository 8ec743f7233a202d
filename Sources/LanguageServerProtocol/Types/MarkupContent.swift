/// Text to show, as Markdown or plain.
public struct MarkupContent: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable { case plaintext, markdown }

  public var kind: Kind
  public var value: String

  public init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }
}
