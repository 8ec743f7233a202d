import LanguageServerProtocol

/// What choosing an exemplar in the menu does to the document.
///
/// Where an answer can go, its output goes there; within an instruction, its instruction takes the place of what is
/// written so far on the cursor's line.
struct ExemplarEdits {
  let document: Document
  let instruction: Instruction
  let position: Position
  let encoding: PositionEncoding

  struct Edit {
    var edit: TextEdit
    /// What clients compare with what stands in the edit's range; the menu is not to be filtered any further.
    var filter: String?
  }

  func edit(_ exemplar: ExemplarText) -> Edit {
    let text = document.text
    let output = exemplar.output.trimmedLines
    if let placed = Placement.place(output, for: instruction, in: text) {
      let range = text.range(placed.replacing, in: encoding)
      let replaced = text.text(of: placed.replacing)
      return Edit(
        edit: TextEdit(range: range, newText: placed.text),
        filter: replaced.isEmpty ? nil : replaced)
    }
    let cursor = text.offset(of: position, in: encoding)
    let line = text.line(text.lineIndex(of: cursor))
    let written = text.text(of: line.lowerBound..<min(cursor, line.upperBound))
    let marks = written.prefix { !$0.isLetter && !$0.isNumber }
    let start = line.lowerBound + marks.utf8.count
    let range = text.range(start..<max(start, cursor), in: encoding)
    return Edit(
      edit: TextEdit(range: range, newText: exemplar.instruction),
      filter: String(written.dropFirst(marks.count)))
  }
}

extension String {
  fileprivate var trimmedLines: String {
    var lines = self.lines
    while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
