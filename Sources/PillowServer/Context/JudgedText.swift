extension TextBuffer {
  /// The part of a document that answers to an instruction are compared with: all of it, or of a
  /// long one its beginning, where imports stand, and what is near.
  ///
  /// Every check reads it, so that its length bounds how long a person waits.
  package func judged(for instruction: Instruction) -> String {
    guard bytes.count > Self.longestJudged else { return whole }
    let range = instruction.range
    func start(_ offset: Int) -> Int {
      offset < bytes.count ? line(lineIndex(of: max(offset, 0))).lowerBound : bytes.count
    }
    let head = start(Self.longestJudged / 8)
    let near = max(head, start(range.lowerBound - Self.longestJudged / 2))
    let end = max(near, start(range.upperBound + Self.longestJudged / 4))
    return text(of: 0..<head) + text(of: near..<end)
  }

  /// Bytes; some five thousand lines of code.
  private static let longestJudged = 192 << 10
}
