/// The number of a token in its model's vocabulary.
public typealias TokenID = Int32

/// Turns text into the tokens of a language model, and tokens into text.
///
/// Byte-level BPE and SentencePiece, as the model's GGUF file describes them. Text can be any
/// bytes: invalid UTF-8 is encoded byte by byte. A byte without a token in the vocabulary is left
/// out, as in Hugging Face `tokenizers`.
public final class Tokenizer: Sendable {
  enum Model: Sendable {
    case bytePair(BytePairModel)
    case sentencePiece(SentencePieceModel)
  }

  let model: Model
  let vocabulary: Vocabulary
  private let specialTokens: SpecialTokenMatcher

  /// Token at the start of a text.
  public let beginning: TokenID?
  /// Token at the end of a text.
  public let end: TokenID?
  /// Token at the end of a turn of a conversation.
  public let endOfTurn: TokenID?
  /// Whether a prompt has to start with ``beginning``; ``encode(_:parsingSpecial:)-(String,_)``
  /// never adds it.
  public let addsBeginning: Bool
  /// The tokens at which a completion stops, in ascending order.
  public let stopTokens: [TokenID]

  /// - Throws: ``TokenizerError`` that names what is not supported and what is.
  public init(_ data: TokenizerData) throws(TokenizerError) {
    guard data.tokens.count > 0 else { throw .damaged(reason: "it has no tokens") }
    let addsBeginningByDefault: Bool
    switch data.model {
    case "gpt2":
      let bytePair = try BytePairModel(data)
      (model, vocabulary) = (.bytePair(bytePair), bytePair.vocabulary)
      addsBeginningByDefault = bytePair.addsBeginningByDefault
    case "llama":
      let pieces = try SentencePieceModel(data)
      (model, vocabulary) = (.sentencePiece(pieces), pieces.vocabulary)
      addsBeginningByDefault = true
    default:
      throw .unsupportedModel(data.model, supported: ["gpt2", "llama"])
    }
    for id in [data.beginning, data.end, data.endOfTurn, data.unknown] {
      if let id, !vocabulary.contains(id) {
        throw .damaged(
          reason: "special token \(id) is outside the vocabulary of \(data.tokens.count)")
      }
    }
    specialTokens = SpecialTokenMatcher(vocabulary)
    beginning = data.beginning
    end = data.end
    let ends = EndTokens(data, vocabulary)
    endOfTurn = ends.endOfTurn
    stopTokens = ends.all
    addsBeginning = beginning != nil && (data.addsBeginning ?? addsBeginningByDefault)
  }

  /// Number of tokens; every ID is below it.
  public var vocabularySize: Int { vocabulary.count }

  /// Whether a token has a special meaning instead of a text, such as the end of a turn.
  public func isSpecial(_ id: TokenID) -> Bool {
    guard vocabulary.contains(id) else { return false }
    switch vocabulary.kind(of: id) {
    case .control, .unknown: return true
    case .normal, .userDefined, .unused, .byte: return false
    }
  }

  /// The token with this text, special or not.
  public func id(of text: String) -> TokenID? {
    var text = text
    return text.withUTF8 { bytes in
      if let match = specialTokens.first(in: bytes, from: 0, allowing: { _ in true }),
        match.range == 0..<bytes.count
      {
        return match.id
      }
      return vocabulary.id(of: bytes)
    }
  }

  /// The tokens of a text; nothing is added at its start or end.
  ///
  /// - Parameter parsingSpecial: Whether special tokens that are written out in the text count as
  ///   such. Text that a user wrote should not be able to end a turn.
  public func encode(_ text: String, parsingSpecial: Bool) -> [TokenID] {
    var text = text
    return text.withUTF8 { text in
      encode(buffer: text) { _ in parsingSpecial }
    }
  }

  /// The tokens of arbitrary bytes; otherwise the same as for a string.
  public func encode(_ bytes: some Collection<UInt8>, parsingSpecial: Bool) -> [TokenID] {
    let ids = bytes.withContiguousStorageIfAvailable { text in
      encode(buffer: text) { _ in parsingSpecial }
    }
    return ids
      ?? Array(bytes).withUnsafeBufferPointer { text in
        encode(buffer: text) { _ in parsingSpecial }
      }
  }

  /// - Parameter allowing: Whether a special token that is written out in a range of the text
  ///   counts as such.
  func encode(
    buffer text: UnsafeBufferPointer<UInt8>, allowing isAllowed: (Range<Int>) -> Bool
  ) -> [TokenID] {
    var ids: [TokenID] = []
    ids.reserveCapacity(text.count / 3)
    var merger = SymbolMerger()
    var start = 0
    while start < text.count {
      let special = specialTokens.first(in: text, from: start, allowing: isAllowed)
      let end = special?.range.lowerBound ?? text.count
      let plain = UnsafeBufferPointer(rebasing: text[start..<end])
      switch model {
      case .bytePair(let model): model.encode(plain, merger: &merger, into: &ids)
      case .sentencePiece(let model): model.encode(plain, merger: &merger, into: &ids)
      }
      if let special { ids.append(special.id) }
      start = special?.range.upperBound ?? text.count
    }
    return ids
  }
}
