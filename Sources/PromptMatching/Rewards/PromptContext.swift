/// What a prompt shows of the document that an instruction stands in.
///
/// With it, code is completed in the file's own form: the file up to the place of the answer, and
/// exemplars before it as comments with the code that they ask for.
public struct PromptContext: Sendable, Hashable {
  /// The document up to and with the instruction, or an excerpt; without an end of line at its end.
  public var above: String
  /// What the answer has to start with, such as `def area(width, height):`; may be empty. It is
  /// part of the answer.
  public var opening: String
  /// What a line of comment starts with in the file's language.
  public var commentMark: String

  public init(above: String, opening: String = "", commentMark: String = "#") {
    self.above = above
    self.opening = opening
    self.commentMark = commentMark
  }
}
