/// How comments are written in a language.
package struct CommentSyntax: Sendable, Equatable {
  /// A pair of markers with anything in between.
  package struct Block: Sendable, Equatable {
    package var open: String
    package var close: String

    init(_ open: String, _ close: String) {
      self.open = open
      self.close = close
    }
  }

  /// What begins a comment that goes to the end of its line; longer markers first.
  package var line: [String]
  /// Longer markers first.
  package var block: [Block]

  init(line: [String] = [], block: [Block] = []) {
    self.line = line.sorted { $0.count > $1.count }
    self.block = block.sorted { $0.open.count > $1.open.count }
  }

  /// The marker that a line of code begins with, if it is a comment.
  func leader(of trimmedLine: some StringProtocol) -> String? {
    line.first { trimmedLine.hasPrefix($0) }
  }
}

// MARK: Families

extension CommentSyntax {
  static let c = CommentSyntax(
    line: ["//", "///", "//!"], block: [Block("/*", "*/"), Block("/**", "*/"), Block("/*!", "*/")])
  static let cBlockOnly = CommentSyntax(block: [Block("/*", "*/"), Block("/**", "*/")])
  static let hash = CommentSyntax(line: ["#", "##"])
  static let cAndHash = CommentSyntax(line: ["//", "#"], block: c.block)
  static let python = CommentSyntax(
    line: ["#"], block: [Block("\"\"\"", "\"\"\""), Block("'''", "'''")])
  static let ruby = CommentSyntax(line: ["#"], block: [Block("=begin", "=end")])
  static let dash = CommentSyntax(line: ["--", "---"], block: [Block("/*", "*/")])
  static let lua = CommentSyntax(line: ["--", "---"], block: [Block("--[[", "]]")])
  static let haskell = CommentSyntax(
    line: ["--", "-- |", "-- ^"], block: [Block("{-", "-}"), Block("{-|", "-}")])
  static let percent = CommentSyntax(line: ["%", "%%"])
  static let matlab = CommentSyntax(line: ["%", "#"], block: [Block("%{", "%}")])
  static let semicolon = CommentSyntax(
    line: [";", ";;", ";;;", ";;;;"], block: [Block("#|", "|#")])
  static let markup = CommentSyntax(block: [Block("<!--", "-->")])
  static let ml = CommentSyntax(line: [], block: [Block("(*", "*)"), Block("(**", "*)")])
  static let fsharp = CommentSyntax(line: ["//", "///"], block: ml.block)
  static let julia = CommentSyntax(line: ["#"], block: [Block("#=", "=#"), python.block[0]])
  static let powershell = CommentSyntax(line: ["#"], block: [Block("<#", "#>")])
  static let pascal = CommentSyntax(line: ["//"], block: [Block("{", "}"), Block("(*", "*)")])
  static let component = CommentSyntax(line: ["//"], block: markup.block + c.block)
  static let slash = CommentSyntax(line: ["//", "///"])
  static let basic = CommentSyntax(line: ["'", "'''", "REM ", "Rem "])
  static let batch = CommentSyntax(line: ["REM ", "rem ", "::", "@REM "])
  static let fortran = CommentSyntax(line: ["!", "!>", "!!"])
  static let vim = CommentSyntax(line: ["\"", "#"])
  static let ini = CommentSyntax(line: [";", "#"])
  static let restructured = CommentSyntax(line: [".. "])
  /// For languages that are not in the table: what most of them use.
  static let unknown = CommentSyntax(line: ["//", "///", "#", "--", ";", "%"], block: c.block)
}
