/// Remembers the tokens of the words of one text.
struct WordCache {
  /// Longer words are unlikely to recur.
  private static let longestWord = 40

  private let capacity: Int
  private var words = ByteStrings()
  private var index: ByteStringIndex
  private var ids: [TokenID] = []
  /// The end of each word's tokens.
  private var ends: [Int] = []

  /// - Parameter capacity: The most words that are remembered.
  init(capacity: Int) {
    self.capacity = capacity
    index = ByteStringIndex(capacity: capacity)
  }

  /// Adds the tokens of a known word, and returns whether it is known.
  func append(_ word: UnsafeBufferPointer<UInt8>, to result: inout [TokenID]) -> Bool {
    guard let number = index.find(word, in: words) else { return false }
    let place = Int(number)
    result.append(contentsOf: ids[(place == 0 ? 0 : ends[place - 1])..<ends[place]])
    return true
  }

  mutating func insert(_ word: UnsafeBufferPointer<UInt8>, _ tokens: ArraySlice<TokenID>) {
    guard word.count <= Self.longestWord, words.count < capacity else { return }
    words.append(word)
    index.insert(Int32(truncatingIfNeeded: words.count - 1), in: words)
    ids.append(contentsOf: tokens)
    ends.append(ids.count)
  }
}
