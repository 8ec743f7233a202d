/// `pillow/judgement` (since 1): what the server thinks of the answer that it has to the instruction
/// at a place, whether it was shown or withheld. For measurements; it generates nothing.
public enum PillowJudgementRequest: LSPRequest {
  public static let method = "pillow/judgement"
  public typealias Result = PillowJudgement?

  public struct Params: Codable, Sendable {
    public var textDocument: TextDocumentIdentifier
    public var position: Position

    public init(textDocument: TextDocumentIdentifier, position: Position) {
      self.textDocument = textDocument
      self.position = position
    }
  }
}

/// An answer, and what is known of it.
public struct PillowJudgement: Codable, Sendable, Hashable {
  public var text: String
  /// Where it would go; missing where it fits nowhere.
  public var edit: TextEdit?
  /// Whether it is shown to somebody who has not asked for it.
  public var isShown: Bool
  /// In one sentence, why.
  public var reason: String
  /// Names of faults that checks have found.
  public var faults: [String]
  /// How likely it would be kept, and how likely it has to be.
  public var probability: Double?
  public var threshold: Double
  /// What the probability comes from, in the order of `evidenceNames`.
  public var evidence: [Double]
  public var evidenceNames: [String]

  public init(
    text: String, edit: TextEdit?, isShown: Bool, reason: String, faults: [String],
    probability: Double?, threshold: Double, evidence: [Double], evidenceNames: [String]
  ) {
    self.text = text
    self.edit = edit
    self.isShown = isShown
    self.reason = reason
    self.faults = faults
    self.probability = probability
    self.threshold = threshold
    self.evidence = evidence
    self.evidenceNames = evidenceNames
  }
}
