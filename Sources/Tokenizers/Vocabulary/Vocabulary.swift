/// The tokens of a model: their bytes, their kinds, and a lookup of tokens by bytes.
struct Vocabulary: Sendable {
  /// What each token stands for in a text.
  let texts: ByteStrings
  /// Empty if all are normal.
  private let kinds: [TokenKind]
  private let index: ByteStringIndex

  var count: Int { texts.count }

  /// - Parameters:
  ///   - texts: What each token stands for in a text.
  ///   - kinds: One per token, or none at all.
  init(texts: ByteStrings, kinds: [TokenKind]) {
    self.texts = texts
    self.kinds = kinds
    index = ByteStringIndex(texts) { id in
      // Plain text never becomes a control token, and a byte token has no text.
      switch kinds.isEmpty ? .normal : kinds[id] {
      case .control, .unknown, .byte: false
      case .normal, .userDefined, .unused: texts.length(id) > 0
      }
    }
  }

  func kind(of id: TokenID) -> TokenKind { kinds.isEmpty ? .normal : kinds[Int(id)] }

  func contains(_ id: TokenID) -> Bool { id >= 0 && Int(id) < texts.count }

  @inline(__always)
  func id(of bytes: UnsafeBufferPointer<UInt8>) -> TokenID? { index.find(bytes, in: texts) }

  /// The kinds, numbered as in GGUF and checked against the number of tokens.
  static func kinds(of data: TokenizerData) throws(TokenizerError) -> [TokenKind] {
    guard data.kinds.isEmpty || data.kinds.count == data.tokens.count else {
      throw .damaged(reason: "\(data.tokens.count) tokens have \(data.kinds.count) kinds")
    }
    return data.kinds.map { UInt8(exactly: $0).flatMap(TokenKind.init) ?? .normal }
  }
}
