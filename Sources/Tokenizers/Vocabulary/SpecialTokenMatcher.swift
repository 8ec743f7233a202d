/// Finds special tokens that are written out in a text: the leftmost, and of those the longest.
struct SpecialTokenMatcher: Sendable {
  /// A trie: maps `node << 8 | byte` to the next node.
  private var edges: [Int: Int] = [:]
  /// The token that ends at a node; `-1` if none does.
  private var tokens: [TokenID] = [-1]
  /// Whether a token counts even if special tokens are not parsed.
  private var always: [Bool] = [false]
  private var firstBytes = [Bool](repeating: false, count: 256)

  init(_ vocabulary: Vocabulary) {
    for id in 0..<Int32(vocabulary.count) {
      switch vocabulary.kind(of: id) {
      case .control, .unknown: insert(id, vocabulary, always: false)
      case .userDefined: insert(id, vocabulary, always: true)
      case .normal, .unused, .byte: break
      }
    }
  }

  private mutating func insert(_ id: TokenID, _ vocabulary: Vocabulary, always isAlways: Bool) {
    let text = vocabulary.texts[Int(id)]
    guard let first = text.first else { return }
    firstBytes[Int(first)] = true
    var node = 0
    for byte in text {
      let edge = node << 8 | Int(byte)
      if let next = edges[edge] {
        node = next
      } else {
        node = tokens.count
        edges[edge] = node
        tokens.append(-1)
        always.append(false)
      }
    }
    tokens[node] = id
    always[node] = isAlways
  }

  /// The first special token at or after a position.
  ///
  /// - Parameter allowing: Whether a control token in a range of the text counts; texts that are
  ///   always tokens count anyway.
  func first(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, allowing isAllowed: (Range<Int>) -> Bool
  ) -> (range: Range<Int>, id: TokenID)? {
    guard !edges.isEmpty else { return nil }
    var position = start
    while position < text.count {
      if firstBytes[Int(text[position])],
        let found = longest(in: text, at: position, isAllowed)
      {
        return found
      }
      position += 1
    }
    return nil
  }

  private func longest(
    in text: UnsafeBufferPointer<UInt8>, at start: Int, _ isAllowed: (Range<Int>) -> Bool
  ) -> (range: Range<Int>, id: TokenID)? {
    var node = 0
    var position = start
    var found: (range: Range<Int>, id: TokenID)?
    while position < text.count, let next = edges[node << 8 | Int(text[position])] {
      node = next
      position += 1
      if tokens[node] >= 0, always[node] || isAllowed(start..<position) {
        found = (start..<position, tokens[node])
      }
    }
    return found
  }
}
