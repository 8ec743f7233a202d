/// How comments are written in a language.
public struct CommentSyntax: Sendable, Equatable {
  /// A comment, or a documentation string, with a mark at each end.
  public struct Block: Sendable, Equatable {
    /// What may open it, longer marks first: `/**` before `/*`.
    public var openings: [String]
    public var close: String
    /// Whether blocks can stand within each other, as in Rust and Haskell.
    public var nests: Bool
    /// Where it documents code, if it is a string literal; elsewhere the same is a value.
    public var docstring: Docstring?

    public var isDocstring: Bool { docstring != nil }

    /// Where a language has its docstrings.
    public enum Docstring: Sendable {
      /// At the beginning of a body or of a file, as in Python.
      case inBody
      /// Above what it documents, as in Julia.
      case above
      /// Below the first line of a definition, as in Lisp.
      case inDefinition
    }

    public init(
      _ openings: [String], _ close: String, nests: Bool = false, docstring: Docstring? = nil
    ) {
      self.openings = openings.sorted { $0.count > $1.count }
      self.close = close
      self.nests = nests
      self.docstring = docstring
    }

    init(_ open: String, _ close: String, nests: Bool = false) {
      self.init([open], close, nests: nests)
    }

    /// The shortest opening mark, without the letters that a docstring may have before it.
    public var open: String { openings.last ?? "" }

    /// Whether both ends look alike, so that only counting tells one from the other.
    public var isSymmetric: Bool { open == close }

    /// The mark that a line begins with, if it opens a block.
    public func opening(of trimmedLine: some StringProtocol) -> String? {
      openings.first { trimmedLine.hasPrefix($0) }
    }
  }

  /// What begins a comment that goes to the end of its line; longer marks first.
  public var line: [String]
  /// What begins one only in a line's first column.
  public var firstColumn: [String]
  public var block: [Block]
  /// The mark that most people write; nil where there are blocks only.
  public let usual: String?

  /// - Parameter line: The usual mark first.
  public init(line: [String] = [], firstColumn: [String] = [], block: [Block] = []) {
    usual = line.first
    self.line = line.sorted { $0.count > $1.count }
    self.firstColumn = firstColumn
    self.block = block.sorted { $0.open.count > $1.open.count }
  }

  /// Whether a definition has its docstring between its first line and its body, as in Lisp.
  public var isLisp: Bool { block.contains { $0.docstring == .inDefinition } }

  /// The mark that a line begins with, if the line is a comment.
  public func leader(
    of trimmedLine: some StringProtocol, isIndented: Bool = true
  ) -> String? {
    line.first { trimmedLine.hasPrefix($0) }
      ?? (isIndented ? nil : firstColumn.first { trimmedLine.hasPrefix($0) })
  }

  /// Whether programs stand in `<script>` and `<style>`, with comments of their own. Templates have
  /// theirs within programs, too.
  public var isPage: Bool { self == .markup || self == .component }
}

// MARK: Families

extension CommentSyntax {
  static let cLines = ["//", "///", "//!", "///<", "//!<"]
  static let cBlock = Block(["/*", "/**", "/*!", "/**<", "/*!<"], "*/")
  static let nestedCBlock = Block(["/*", "/**", "/*!"], "*/", nests: true)
  static let markupBlock = Block("<!--", "-->")
  static let none = CommentSyntax()

  static let c = CommentSyntax(line: cLines, block: [cBlock])
  static let nestedC = CommentSyntax(line: cLines, block: [nestedCBlock])
  static let d = CommentSyntax(
    line: cLines, block: [cBlock, Block(["/+", "/++"], "+/", nests: true)])
  static let jsx = CommentSyntax(line: cLines, block: [cBlock, Block(["{/*", "{/**"], "*/}")])
  static let cBlockOnly = CommentSyntax(block: [cBlock])
  static let slash = CommentSyntax(line: cLines)
  static let hash = CommentSyntax(line: ["#", "##"])
  static let cAndHash = CommentSyntax(line: cLines + ["#"], block: [cBlock])
  static let python = CommentSyntax(
    line: ["#", "#:"],
    block: ["\"\"\"", "'''"].map { mark in
      Block(["", "r", "R", "u", "U"].map { $0 + mark }, mark, docstring: .inBody)
    })
  static let elixir = CommentSyntax(
    line: ["#"],
    block: ["\"\"\"", "'''", "\""].map { mark in
      let marks = ["@doc", "@moduledoc", "@typedoc", "@shortdoc"].flatMap { name in
        ["", "~S", "~s"].map { "\(name) \($0)\(mark)" }
      }
      return Block(marks, mark, docstring: .above)
    })
  static let julia = CommentSyntax(
    line: ["#"],
    block: [
      Block("#=", "=#", nests: true),
      Block(["", "raw", "@doc ", "@doc raw"].map { $0 + "\"\"\"" }, "\"\"\"", docstring: .above),
    ])
  static let ruby = CommentSyntax(line: ["#", "##"], block: [Block("=begin", "=end")])
  static let perl = CommentSyntax(
    line: ["#", "##"], block: [Block(["=pod", "=begin comment", "=begin"], "=cut")])
  static let r = CommentSyntax(line: ["#", "##", "#'"])
  static let powershell = CommentSyntax(line: ["#", "##"], block: [Block("<#", "#>")])
  static let dash = CommentSyntax(line: ["--", "---"], block: [cBlock])
  /// MySQL's `# `; `#name` is a table of others.
  static let sql = CommentSyntax(line: ["--", "---", "# "], block: [cBlock])
  static let adaLike = CommentSyntax(line: ["--", "---", "--!"])
  static let lua = CommentSyntax(
    line: ["--", "---"],
    block: (0...6).map { level in
      let signs = String(repeating: "=", count: level)
      return Block(["--[\(signs)["], "]\(signs)]")
    })
  static let haskell = CommentSyntax(
    line: ["--", "---", "-- |", "-- ^"],
    block: [Block(["{-", "{-|", "{- |"], "-}", nests: true)])
  static let lean = CommentSyntax(
    line: ["--"], block: [Block(["/-", "/--", "/-!"], "-/", nests: true)])
  static let percent = CommentSyntax(line: ["%", "%%", "%%%"])
  static let prolog = CommentSyntax(line: ["%", "%%", "%!"], block: [cBlock])
  static let matlab = CommentSyntax(
    line: ["%", "%%", "#"], block: [Block("%{", "%}"), Block("#{", "#}")])
  static let semicolonLines = [";", ";;", ";;;", ";;;;"]
  static let semicolonBlock = Block("#|", "|#", nests: true)
  static let semicolon = CommentSyntax(line: semicolonLines, block: [semicolonBlock])
  static let lisp = CommentSyntax(
    line: semicolonLines,
    block: [semicolonBlock, Block(["\""], "\"", docstring: .inDefinition)])
  static let assembler = CommentSyntax(line: [";", ";;", "#", "//", "@"], block: [cBlock])
  static let markup = CommentSyntax(block: [markupBlock])
  static let component = CommentSyntax(
    line: ["//"], block: [markupBlock, cBlock, Block("{/*", "*/}")])
  static let ml = CommentSyntax(block: [Block(["(*", "(**"], "*)", nests: true)])
  static let fsharp = CommentSyntax(line: ["//", "///"], block: ml.block)
  static let pascal = CommentSyntax(
    line: ["//", "///"], block: [Block("{", "}"), Block("(*", "*)")])
  static let basic = CommentSyntax(line: ["'", "'''", "REM ", "Rem ", "rem "])
  static let batch = CommentSyntax(
    line: ["REM ", "Rem ", "rem ", "::", "@REM ", "@Rem ", "@rem "])
  static let fortran = CommentSyntax(line: ["!", "!>", "!!", "!<"])
  static let fixedFortran = CommentSyntax(line: ["!", "!>"], firstColumn: ["C", "c", "*"])
  static let cobol = CommentSyntax(line: ["*>", "*"])
  static let vim = CommentSyntax(line: ["\"", "#"])
  static let ini = CommentSyntax(line: [";", "#"])
  static let restructured = CommentSyntax(line: [".. "])
  static let nim = CommentSyntax(
    line: ["#", "##"],
    block: [Block("##[", "]##", nests: true), Block("#[", "]#", nests: true)])
  static let coffee = CommentSyntax(line: ["#"], block: [Block(["###", "###*"], "###")])
  static let cmake = CommentSyntax(
    line: ["#"],
    block: (0...6).map { level in
      let signs = String(repeating: "=", count: level)
      return Block("#[\(signs)[", "]\(signs)]")
    })
  static let graphql = CommentSyntax(line: ["#"], block: [Block("\"\"\"", "\"\"\"")])
  static let pug = CommentSyntax(line: ["//", "//-"])
  static let nix = CommentSyntax(line: ["#"], block: [cBlock])
  static let handlebars = CommentSyntax(
    block: [markupBlock, Block("{{!--", "--}}"), Block("{{!", "}}")])
  static let jinja = CommentSyntax(block: [markupBlock, Block(["{#", "{#-"], "#}")])
  static let blade = CommentSyntax(line: ["//"], block: [markupBlock, Block("{{--", "--}}")])
  static let embedded = CommentSyntax(
    block: [markupBlock, Block("<%#", "%>"), Block("<%--", "--%>"), Block("<%!--", "--%>")])
  static let razor = CommentSyntax(line: ["//"], block: [markupBlock, Block("@*", "*@")])
  /// For ids that the table does not have: never `#`, which begins headings and directives, too.
  public static let unknown = CommentSyntax(line: cLines, block: [cBlock])
}
