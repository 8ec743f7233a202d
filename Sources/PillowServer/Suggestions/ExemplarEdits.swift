import LanguageServerProtocol
import PromptPool

/// What choosing an exemplar in the menu does to the document.
///
/// Where an answer can go, its output goes there; within an instruction, its instruction takes the
/// place of what is written so far on the cursor's line.
struct ExemplarEdits {
  let document: Document
  let instruction: Instruction
  let position: Position
  let encoding: PositionEncoding
  /// Whether the client takes snippets. Some insert no more than the first line of anything else.
  let asSnippet: Bool

  struct Edit {
    var edit: TextEdit
    /// What clients compare with what stands in the edit's range; the menu is not to be filtered
    /// any further.
    var filter: String?
    var format = CompletionItem.InsertTextFormat.plainText
    var mode = CompletionItem.InsertTextMode.asIs
  }

  func edit(_ exemplar: Exemplar) -> Edit {
    let text = document.text
    let output = exemplar.output.trimmedLines
    let target = asSnippet ? relativeToLine(instruction) : instruction
    if let placed = Placement.place(output, for: target, in: text) {
      let range = text.range(placed.replacing, in: encoding)
      let replaced = text.text(of: placed.replacing)
      let new = asSnippet ? placed.text.asSnippet : placed.text
      return Edit(
        edit: TextEdit(range: range, newText: new), filter: replaced.isEmpty ? nil : replaced,
        format: asSnippet ? .snippet : .plainText,
        mode: asSnippet ? .adjustIndentation : .asIs)
    }
    let cursor = text.offset(of: position, in: encoding)
    let line = text.line(text.lineIndex(of: cursor))
    let written = text.text(of: line.lowerBound..<min(cursor, line.upperBound))
    let marks = written.prefix { !$0.isLetter && !$0.isNumber }
    let start = line.lowerBound + marks.utf8.count
    let range = text.range(start..<max(start, cursor), in: encoding)
    let new =
      instruction.kind == .comment
      ? CommentContinuation.fitted(
        exemplar.instruction, into: text, line: text.lineIndex(of: cursor),
        language: instruction.language ?? document.languageID)
      : exemplar.instruction
    return Edit(
      edit: TextEdit(range: range, newText: new),
      filter: String(written.dropFirst(marks.count)))
  }
}

extension ExemplarEdits {
  /// Clients indent the lines of a snippet as the line it is inserted in; what is left is the
  /// difference to that.
  private func relativeToLine(_ instruction: Instruction) -> Instruction {
    guard let insertion = instruction.insertion else { return instruction }
    let text = document.text
    let present = text.indentation(text.lineIndex(of: insertion.replacing.upperBound))
    guard instruction.indentation.hasPrefix(present) else { return instruction }
    var relative = instruction
    relative.indentation = String(instruction.indentation.dropFirst(present.count))
    if insertion.prefix.hasSuffix("\n" + instruction.indentation) {
      relative.insertion?.prefix =
        insertion.prefix.dropLast(instruction.indentation.count) + relative.indentation
    }
    return relative
  }
}

extension String {
  /// With the characters escaped that mean something in a snippet.
  fileprivate var asSnippet: String {
    replacing("\\", with: "\\\\").replacing("$", with: "\\$").replacing("}", with: "\\}")
  }

  fileprivate var trimmedLines: String {
    var lines = self.lines
    while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
