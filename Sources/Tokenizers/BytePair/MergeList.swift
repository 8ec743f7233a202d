/// Reads a model's list of merges, each a line of the two tokens with a space between them.
///
/// It works in steps, each a short loop over all lines, so that the processor waits for many cache
/// misses at once.
struct MergeList {
  private let lines: ByteStrings
  private let vocabulary: Vocabulary
  /// The left and the right token of each line, alternating.
  private let sides: ByteStrings

  init(lines: ByteStrings, vocabulary: Vocabulary, alphabet: ByteLevelAlphabet) {
    self.lines = lines
    self.vocabulary = vocabulary
    sides = ByteStrings(count: 2 * lines.count, byteCapacity: lines.byteCount) { index, result in
      lines.withBytes(of: index / 2) { line in
        // A line without a space has nothing on its right, which is no token.
        let space = line.firstIndex(of: UInt8(ascii: " ")) ?? line.count
        let side = index % 2 == 0 ? line[..<space] : line[space...].dropFirst()
        return alphabet.decode(UnsafeBufferPointer(rebasing: side), into: result)
      }
    }
  }

  /// - Throws: ``TokenizerError/damaged(reason:)`` with the first line that is not two tokens that
  ///   make a third.
  func table() throws(TokenizerError) -> MergeTable {
    let tokens = (0..<sides.count).map { side in
      sides.withBytes(of: side) { vocabulary.id(of: $0) ?? -1 }
    }
    let results = self.results()
    var table = MergeTable(capacity: lines.count)
    for rank in 0..<lines.count {
      let (left, right, both) = (tokens[2 * rank], tokens[2 * rank + 1], results[rank])
      guard left >= 0, right >= 0, both >= 0 else {
        let line = String(decoding: lines[rank], as: UTF8.self)
        throw .damaged(reason: "merge \(rank), \"\(line)\", is not two tokens that make a third")
      }
      table.insert(left, right, Merge(priority: UInt32(truncatingIfNeeded: rank), id: both))
    }
    return table
  }

  /// What each line makes; `-1` if it is no token.
  private func results() -> [TokenID] {
    // Trained vocabularies list the tokens in the order of the merges that make them.
    var expected: TokenID = -1
    return (0..<lines.count).map { rank in
      sides.withBytes(of: 2 * rank...2 * rank + 1) { bytes in
        let isExpected =
          vocabulary.contains(expected) && vocabulary.kind(of: expected) == .normal
          && vocabulary.texts.equals(Int(expected), bytes)
        let id = isExpected ? expected : vocabulary.id(of: bytes) ?? -1
        expected = id + 1
        return id
      }
    }
  }
}
