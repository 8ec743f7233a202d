extension Tokenizer {
  /// The bytes that a token stands for. They may be a part of a character; an ID beyond the
  /// vocabulary has none.
  public func bytes(of id: TokenID) -> [UInt8] {
    guard vocabulary.contains(id) else { return [] }
    switch model {
    case .bytePair: return Array(vocabulary.texts[Int(id)])
    case .sentencePiece(let model): return model.bytes(of: id)
    }
  }

  /// The bytes of a whole text, including the text of special tokens: the inverse of encoding.
  public func decodeBytes(_ ids: some Sequence<TokenID>) -> [UInt8] {
    var result: [UInt8] = []
    var atStart = addsSpacePrefix
    for id in ids {
      var bytes = bytes(of: id)[...]
      // The space that encoding added.
      if atStart, bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
      atStart = addsSpacePrefix && startsText(after: id)
      result.append(contentsOf: bytes)
    }
    return result
  }

  /// The text of all tokens; bytes that are not UTF-8 become U+FFFD.
  public func decode(_ ids: some Sequence<TokenID>) -> String {
    String(decoding: decodeBytes(ids), as: UTF8.self)
  }

  private var addsSpacePrefix: Bool {
    switch model {
    case .bytePair: false
    case .sentencePiece(let model): model.addsSpacePrefix
    }
  }

  private func startsText(after id: TokenID) -> Bool {
    guard vocabulary.contains(id) else { return false }
    switch vocabulary.kind(of: id) {
    case .control, .unknown, .userDefined: return true
    case .normal, .unused, .byte: return false
    }
  }
}
