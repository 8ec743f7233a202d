/// `pillow/complete` (since 1): completes an instruction; the text comes in pieces where there is a
/// token for them.
public enum PillowCompleteRequest: LSPRequest {
  public static let method = "pillow/complete"

  public struct Params: Codable, Sendable {
    public var uri: String?
    public var instruction: String?
    public var input: String?
    public var language: String?
    public var textDocument: TextDocumentIdentifier?
    public var position: Position?
    /// Whether exemplars stand in the prompt; they do where it is missing.
    public var exemplars: Bool?
    public var workDoneToken: ProgressToken?
    public var partialResultToken: ProgressToken?

    /// What of them says what is asked for.
    public var asked: PillowInstruction {
      PillowInstruction(
        uri: uri, instruction: instruction, input: input, language: language,
        textDocument: textDocument, position: position)
    }
  }

  /// A partial result: what has been added to the text, as the model wrote it.
  public struct Piece: Codable, Sendable, Hashable {
    public var text: String

    public init(text: String) { self.text = text }
  }

  public struct Result: Codable, Sendable, Hashable {
    /// The suggestion's id, for feedback.
    public var id: String
    public var text: String
    /// Where it goes, when a place in a document was asked for and something can be inserted there.
    public var edit: TextEdit?
    public var model: String
    public var shots: [PillowShot]

    public init(id: String, text: String, edit: TextEdit?, model: String, shots: [PillowShot]) {
      self.id = id
      self.text = text
      self.edit = edit
      self.model = model
      self.shots = shots
    }
  }
}
