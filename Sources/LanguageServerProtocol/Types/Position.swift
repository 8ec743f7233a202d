/// A place in a document: a line, and a character that counts in the position encoding agreed on.
/// Both from zero.
public struct Position: Codable, Sendable, Hashable, Comparable {
  public var line: Int
  public var character: Int

  public init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  public static func < (left: Position, right: Position) -> Bool {
    (left.line, left.character) < (right.line, right.character)
  }
}
