/// Why a `tokenizer.json` is no WordPiece tokenizer that can be used. Who reads the file adds its
/// path and what to do.
public enum WordPieceError: Error, Equatable, Sendable {
  /// The file is not what its format asks for.
  case damaged(reason: String)
  /// A tokenizer of another kind.
  case unsupported(reason: String)
}
