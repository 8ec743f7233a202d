/// Which version of the `pillow/…` methods this is; announced as
/// `capabilities.experimental.pillow.version`.
public enum PillowProtocol {
  public static let version = 1
}

/// An exemplar of a pool.
public struct PillowExemplar: Codable, Sendable, Hashable {
  public var id: Int64
  public var instruction: String
  public var input: String
  public var output: String
  public var tags: [String]
  public var language: String?
  public var pool: String
  public var origin: String
  /// Rises by one with each edit.
  public var version: Int
  public var pinned: Bool
  public var muted: Bool
  /// Whether it has been taken out of the pool.
  public var removed: Bool
  /// ISO 8601
  public var createdAt: String
  public var updatedAt: String

  public init(
    id: Int64, instruction: String, input: String, output: String, tags: [String],
    language: String?, pool: String, origin: String, version: Int, pinned: Bool, muted: Bool,
    removed: Bool, createdAt: String, updatedAt: String
  ) {
    self.id = id
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
    self.pool = pool
    self.origin = origin
    self.version = version
    self.pinned = pinned
    self.muted = muted
    self.removed = removed
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// An exemplar that was chosen for an instruction.
public struct PillowShot: Codable, Sendable, Hashable {
  public var id: Int64
  public var instruction: String
  public var input: String
  public var output: String
  public var tags: [String]
  public var language: String?
  public var pool: String
  /// With which it was drawn, given those before it.
  public var probability: Double
  /// Cosine of the embeddings.
  public var similarity: Double
  public var why: String

  public init(
    id: Int64, instruction: String, input: String, output: String, tags: [String],
    language: String?, pool: String, probability: Double, similarity: Double, why: String
  ) {
    self.id = id
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
    self.pool = pool
    self.probability = probability
    self.similarity = similarity
    self.why = why
  }
}

/// What asks for something: words, or a place in an open document where they stand.
public struct PillowInstruction: Codable, Sendable, Hashable {
  /// A document or folder of the project; the first workspace folder where it is missing.
  public var uri: String?
  public var instruction: String?
  public var input: String?
  public var language: String?
  public var textDocument: TextDocumentIdentifier?
  public var position: Position?

  public init(
    uri: String? = nil, instruction: String? = nil, input: String? = nil, language: String? = nil,
    textDocument: TextDocumentIdentifier? = nil, position: Position? = nil
  ) {
    self.uri = uri
    self.instruction = instruction
    self.input = input
    self.language = language
    self.textDocument = textDocument
    self.position = position
  }
}

/// Parameters that name no more than a project.
public struct PillowProject: Codable, Sendable, Hashable {
  public var uri: String?

  public init(uri: String? = nil) { self.uri = uri }
}
