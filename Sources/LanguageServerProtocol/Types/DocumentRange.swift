/// LSP's `Range`: from a position up to, and without, another.
public struct DocumentRange: Codable, Sendable, Hashable {
  public var start: Position
  public var end: Position

  public init(start: Position, end: Position) {
    self.start = start
    self.end = end
  }
}
