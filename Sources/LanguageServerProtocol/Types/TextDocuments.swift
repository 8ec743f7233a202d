/// A document by its URI.
public struct TextDocumentIdentifier: Codable, Sendable, Hashable {
  public var uri: String

  public init(uri: String) { self.uri = uri }
}

/// One version of a document; there are clients that leave the version out, or send `null`.
public struct VersionedTextDocumentIdentifier: Codable, Sendable, Hashable {
  public var uri: String
  public var version: Int?

  public init(uri: String, version: Int?) {
    self.uri = uri
    self.version = version
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    uri = try container.decode(String.self, forKey: .uri)
    version = try? container.decode(Int.self, forKey: .version)
  }
}

/// A document with its text, as the client opens it.
public struct TextDocumentItem: Codable, Sendable, Hashable {
  public var uri: String
  public var languageId: String
  public var version: Int
  public var text: String

  public init(uri: String, languageId: String, version: Int, text: String) {
    self.uri = uri
    self.languageId = languageId
    self.version = version
    self.text = text
  }

  /// Only the URI and the text are required; the other members have defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    uri = try container.decode(String.self, forKey: .uri)
    languageId = (try? container.decode(String.self, forKey: .languageId)) ?? ""
    version = (try? container.decode(Int.self, forKey: .version)) ?? 0
    text = try container.decode(String.self, forKey: .text)
  }
}

/// New text for a range of a document, or for all of it where there is no range.
public struct TextDocumentContentChange: Codable, Sendable, Hashable {
  public var range: DocumentRange?
  public var text: String

  public init(range: DocumentRange? = nil, text: String) {
    self.range = range
    self.text = text
  }
}

/// Text that takes the place of a range.
public struct TextEdit: Codable, Sendable, Hashable {
  public var range: DocumentRange
  public var newText: String

  public init(range: DocumentRange, newText: String) {
    self.range = range
    self.newText = newText
  }
}

/// The parameters that many requests on a place of a document have.
public struct TextDocumentPositionParams: Codable, Sendable, Hashable {
  public var textDocument: TextDocumentIdentifier
  public var position: Position

  public init(textDocument: TextDocumentIdentifier, position: Position) {
    self.textDocument = textDocument
    self.position = position
  }
}
