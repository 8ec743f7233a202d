/// Reads a model's list of merges, each a line of the two tokens with a space between them.
struct MergeList {
  let lines: ByteStrings
  let vocabulary: Vocabulary
  let alphabet: ByteLevelAlphabet

  /// - Throws: ``TokenizerError/damaged(reason:)`` with the first line that is not two tokens which
  ///   make a third.
  func table() throws(TokenizerError) -> MergeTable {
    var table = MergeTable(capacity: lines.count)
    let longest = (0..<lines.count).reduce(0) { max($0, lines.length($1)) }
    let failure = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest) { scratch in
      // Trained vocabularies list the tokens in the order of the merges that make them.
      var expected: TokenID = -1
      for rank in 0..<lines.count {
        guard let (left, right, both) = tokens(of: rank, expected: expected, scratch) else {
          return Optional(rank)
        }
        table.insert(left, right, Merge(priority: UInt32(truncatingIfNeeded: rank), id: both))
        expected = both + 1
      }
      return nil
    }
    if let failure {
      let line = String(decoding: lines[failure], as: UTF8.self)
      throw .damaged(reason: "merge \(failure), \"\(line)\", is not two tokens that make a third")
    }
    return table
  }

  @inline(__always)
  private func tokens(
    of rank: Int, expected: TokenID, _ scratch: UnsafeMutableBufferPointer<UInt8>
  ) -> (left: TokenID, right: TokenID, both: TokenID)? {
    lines.withBytes(of: rank) { line in
      guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let middle = alphabet.decode(UnsafeBufferPointer(rebasing: line[..<space]), into: scratch)
      let rest = UnsafeMutableBufferPointer(rebasing: scratch[middle...])
      let end =
        middle + alphabet.decode(UnsafeBufferPointer(rebasing: line[(space + 1)...]), into: rest)
      let bytes = UnsafeBufferPointer(rebasing: scratch[..<end])
      guard let left = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[..<middle])),
        let right = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[middle...]))
      else { return nil }
      if vocabulary.contains(expected), vocabulary.kind(of: expected) == .normal,
        vocabulary.texts.equals(Int(expected), bytes)
      {
        return (left, right, expected)
      }
      return vocabulary.id(of: bytes).map { (left, right, $0) }
    }
  }
}
