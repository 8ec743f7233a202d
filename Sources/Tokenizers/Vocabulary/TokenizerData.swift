/// What a model file says about its tokenizer, before anything is built from it.
public struct TokenizerData: Sendable {
  /// `gpt2` (byte-level BPE) or `llama` (SentencePiece).
  public var model: String
  /// The rule that splits text into words; byte-level BPE only.
  public var preTokenizer: String?
  /// The tokens' texts as the file writes them; the index is the token's ID.
  public var tokens: ByteStrings
  /// One score per token, higher ones are merged first; SentencePiece only.
  public var scores: [Float]
  /// One kind per token, see ``TokenKind``; empty if all are normal.
  public var kinds: [Int32]
  /// `left right`, the first goes first; byte-level BPE only.
  public var merges: ByteStrings
  /// Token at the start of a text.
  public var beginning: TokenID?
  /// Token at the end of a text.
  public var end: TokenID?
  /// Token at the end of a turn of a conversation.
  public var endOfTurn: TokenID?
  /// Stands for text that has no token.
  public var unknown: TokenID?
  /// Whether a prompt starts with ``beginning``; `nil` if the file does not say so.
  public var addsBeginning: Bool?
  /// Whether a space goes before the text; `nil` if the file does not say so.
  public var addsSpacePrefix: Bool?

  public init(model: String, preTokenizer: String? = nil, tokens: ByteStrings) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    scores = []
    kinds = []
    merges = ByteStrings()
  }
}

/// The kinds of tokens, numbered as in GGUF.
public enum TokenKind: UInt8, Sendable {
  case normal = 1
  case unknown = 2
  /// Has a special meaning and no text, such as the end of a turn.
  case control = 3
  /// A text that is always one token.
  case userDefined = 4
  case unused = 5
  /// One byte, written as `<0xHH>`.
  case byte = 6
}
