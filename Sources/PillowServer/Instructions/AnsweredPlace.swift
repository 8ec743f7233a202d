import Languages

/// Whether what an instruction asks for stands right below it already. Pure.
///
/// Nothing is written there unasked: the code below a comment is what the comment speaks of, and the
/// paragraph below a request is its answer.
package enum AnsweredPlace {
  package static func isAnswered(_ instruction: Instruction, in text: TextBuffer) -> Bool {
    guard let insertion = instruction.insertion else { return false }
    let end = text.lineIndex(of: instruction.range.upperBound)
    let cursor = text.lineIndex(of: insertion.replacing.upperBound)
    return switch instruction.kind {
    case .comment: hasCode(below: cursor, end, instruction, text)
    case .paragraph: hasParagraph(below: cursor, end, text)
    case .commitMessage, .alpaca: false
    }
  }

  private static func hasCode(
    below cursor: Int, _ end: Int, _ instruction: Instruction, _ text: TextBuffer
  ) -> Bool {
    let next = cursor + 1
    // Between a signature and the cursor its body is asked for.
    guard cursor <= end + 1, next < text.lineCount, !text.isBlank(next) else { return false }
    let line = text.trimmedLine(next)
    let language = instruction.language.flatMap { LanguageTable.language($0) }
    let marks = language.map(\.comments) ?? .init(line: ["//", "#", "--"])
    if marks.leader(of: line, isIndented: text.isIndented(next)) != nil { return false }
    if marks.block.contains(where: { $0.opening(of: line) != nil }) { return false }
    if line.contains(closing) { return false }
    return text.indentation(next).count >= text.indentation(end).count
  }

  /// What ends a block, and so begins nothing.
  private static var closing: some RegexComponent {
    #/^(?:[)\]}]|(?:end|else|elif|elsif|fi|done|esac|except|finally|catch|when|case|default)\b|#endif|```)/#
  }

  private static func hasParagraph(below cursor: Int, _ end: Int, _ text: TextBuffer) -> Bool {
    guard cursor == end, cursor + 2 < text.lineCount, text.isBlank(cursor + 1),
      !text.isBlank(cursor + 2)
    else { return false }
    let line = text.trimmedLine(cursor + 2)
    return !line.contains(#/^(?:#{1,6}\s|[-=*_]{3,}$|\||<|>|```|~~~|\[)/#) && !line.hasSuffix(":")
  }
}
