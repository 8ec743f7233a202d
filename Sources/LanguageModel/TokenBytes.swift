import Tokenizers

/// The bytes of all tokens of a vocabulary, one after another.
final class TokenBytes: Sendable {
  private let bytes: [UInt8]
  private let ends: [Int32]
  private let special: [Bool]

  init(_ tokenizer: Tokenizer) {
    var bytes: [UInt8] = []
    var ends: [Int32] = []
    var special: [Bool] = []
    for id in 0..<TokenID(tokenizer.vocabularySize) {
      let isSpecial = tokenizer.isSpecial(id)
      if !isSpecial { bytes += tokenizer.bytes(of: id) }
      ends.append(Int32(bytes.count))
      special.append(isSpecial)
    }
    (self.bytes, self.ends, self.special) = (bytes, ends, special)
  }

  /// How many tokens there are.
  var count: Int { ends.count }

  func isSpecial(_ token: TokenID) -> Bool {
    !ends.indices.contains(Int(token)) || special[Int(token)]
  }

  /// Calls `body` with the bytes of a token; special ones and those beyond the vocabulary have none.
  func withBytes<T>(of token: TokenID, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    guard ends.indices.contains(Int(token)) else { return body(.init(start: nil, count: 0)) }
    let start = token == 0 ? 0 : Int(ends[Int(token) - 1])
    let end = Int(ends[Int(token)])
    return bytes.withUnsafeBufferPointer { body(.init(rebasing: $0[start..<end])) }
  }
}
