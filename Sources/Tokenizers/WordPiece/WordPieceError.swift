/// Why a `tokenizer.json` cannot be used as a WordPiece tokenizer. The caller adds the path and
/// what to do.
public enum WordPieceError: Error, Equatable, Sendable {
  /// The file violates its format.
  case damaged(reason: String)
  /// The tokenizer is of another kind.
  case unsupported(reason: String)
}
