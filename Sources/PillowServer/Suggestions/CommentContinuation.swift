import Languages

/// Text of several lines that is put into a comment: each line goes on with the comment, and nothing
/// in it ends the comment.
package enum CommentContinuation {
  /// - Parameters:
  ///   - inserted: what goes into the comment.
  ///   - line: the line of the comment that it goes into.
  ///   - language: the id of the comment's language.
  package static func fitted(
    _ inserted: String, into text: TextBuffer, line: Int, language id: String
  ) -> String {
    let syntax = LanguageTable.language(id)?.comments ?? .unknown
    let comments = Comments(text: text, syntax: syntax, lines: 0..<text.lineCount)
    let lines = inserted.replacing("\r\n", with: "\n").replacing("\r", with: "\n").lines
    if let leader = comments.leader(of: line) {
      let gap = text.trimmedLine(line).dropFirst(leader.count).prefix { $0 == " " || $0 == "\t" }
      let start =
        text.indentation(line) + leader + (leader.hasSuffix(" ") || !gap.isEmpty ? gap : " ")
      // An empty line would end the comment.
      return lines.enumerated().map { index, line in
        index == 0 ? line : line.trimmed.isEmpty ? start.withoutTrailingSpace : start + line
      }.joined(separator: "\n")
    }
    let trimmed = text.trimmedLine(line)
    let isStarred = syntax.block.contains { $0.close == "*/" }
    var start = text.indentation(line)
    if isStarred, trimmed.hasPrefix("/*") { start += " * " }
    if isStarred, trimmed.hasPrefix("*") { start += "* " }
    var safe = lines
    for block in syntax.block {
      let parted = block.isDocstring ? "\\" + block.close : block.close.parted
      safe = safe.map { $0.replacing(block.close, with: parted) }
    }
    return safe.enumerated().map { index, line in
      index == 0 || line.trimmed.isEmpty && !start.contains("*") ? line : start + line
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var withoutTrailingSpace: String {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  /// With a space before its last character: `*/` becomes `* /`.
  fileprivate var parted: String {
    guard let last else { return self }
    return dropLast() + " " + String(last)
  }
}
