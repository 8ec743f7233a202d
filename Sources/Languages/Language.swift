/// A language that documents are written in.
public struct Language: Sendable, Equatable {
  /// What a document of the language is made of.
  public enum Form: String, Sendable {
    /// Statements, and comments between them.
    case code
    /// Paragraphs for people.
    case prose
    /// The message of a commit, with the tool's own lines below it.
    case commitMessage
    /// What machines write: logs, diffs, tables, a rebase's list. Nobody asks for anything there.
    case data
  }

  /// The id of the LSP specification, or VS Code's, where there is one.
  public var id: String
  /// The ids that other editors send: Vim's file types, the names of Emacs's modes, Helix's names.
  public var aliases: [String]
  public var form: Form
  public var comments: CommentSyntax
  /// What names of its files end with, without the dot.
  public var extensions: [String]

  public init(
    _ id: String, _ aliases: [String] = [], _ comments: CommentSyntax, form: Form = .code,
    files extensions: [String] = []
  ) {
    self.id = id
    self.aliases = aliases
    self.form = form
    self.comments = comments
    self.extensions = extensions
  }
}
