import Languages

/// Finds the instruction at a cursor. Pure: the same text, language and cursor give the same
/// answer.
///
/// | where | the instruction: it ends at the cursor or stands above it | its input |
/// | --- | --- | --- |
/// | code | a line, block or doc comment | a signature in between |
/// | Markdown, plain text | a paragraph | a fenced or quoted block |
/// | commit message | the message itself, or its body below the subject | the diff, or the files |
/// | Alpaca file | what stands under `### Instruction:` | what stands under `### Input:` |
package enum InstructionDetector {
  /// - Parameters:
  ///   - text: the document.
  ///   - languageID: as the client sends it.
  ///   - offset: the cursor, in bytes.
  ///   - fileName: the last part of the document's path, if there is one.
  ///   - openings: how the instructions of the project's pools begin.
  /// - Returns: `nil` where nothing is asked for.
  package static func detect(
    in text: TextBuffer, languageID: String, at offset: Int, fileName: String = "",
    openings: InstructionOpenings = InstructionOpenings()
  ) -> Instruction? {
    try? instruction(
      in: text, languageID: languageID, at: offset, fileName: fileName, openings: openings)
  }

  /// The same; where nothing is asked for, the error says why.
  ///
  /// - Parameters:
  ///   - staged: what is staged for a commit; empty where only the document says what it changes.
  ///   - allows: whether a file that a commit changes may be read.
  package static func instruction(
    in text: TextBuffer, languageID: String, at offset: Int, fileName: String = "",
    openings: InstructionOpenings = InstructionOpenings(), staged: String = "",
    allows: (String) -> Bool = { _ in true }
  ) throws(NoInstruction) -> Instruction {
    let offset = min(max(offset, 0), text.bytes.count)
    let cursor = Cursor(line: text.lineIndex(of: offset), offset: offset)
    guard !text.isEndless(cursor.line) else { throw .tooLong }
    let id = cellLanguage(text) ?? languageID.lowercased()
    let language = language(id, fileName: fileName)
    switch language?.form {
    case .commitMessage:
      return try CommitMessageDetection(text: text, cursor: cursor).detect(
        staged: staged, allows: allows)
    case .prose:
      let isPrompt = language?.id == "prompt" || fileName.contains(".prompt")
      let sections = AlpacaDetection(text: text, cursor: cursor, hasRoles: isPrompt)
      if let found = try sections.detect() { return found }
      return try ProseDetection(
        text: text, cursor: cursor, language: language, id: id, openings: openings
      ).detect()
    case .data: throw .dataLanguage(id)
    case .code, nil:
      let isPage = language?.comments.isPage ?? false
      let part = isPage ? EmbeddedCode(at: cursor.line, of: text) : nil
      return try CommentDetection(
        text: text, cursor: cursor, id: part?.language.id ?? id,
        language: part?.language ?? language, lines: part?.lines ?? 0..<text.lineCount,
        openings: openings
      ).detect()
    }
  }

  /// The language of a document: some files are told by their names, whatever the editor calls
  /// them, and unknown ids by what their names end with.
  static func language(_ id: String, fileName: String) -> Language? {
    let ofFile = LanguageTable.language(ofFile: fileName)
    if let ofFile, ofFile.form == .commitMessage || ofFile.id == "git-rebase" { return ofFile }
    guard !id.isEmpty, let known = LanguageTable.language(id) else {
      if id.isEmpty { return ofFile ?? LanguageTable.language("") }
      // An unknown language may be any; only of a program its file's name tells how comments begin.
      return ofFile?.form == .prose ? nil : ofFile
    }
    // Many editors have one id for both forms of Fortran.
    if known.id == "fortran", let ofFile, ofFile.id == "fortran-fixed" { return ofFile }
    return known
  }

  /// Whether a language is none of programs.
  static func isProse(_ languageID: String) -> Bool {
    let form = LanguageTable.language(languageID)?.form
    return form == .prose || form == .commitMessage
  }

  /// A cell of a notebook that begins with a magic such as `%%bash` is of that language.
  private static func cellLanguage(_ text: TextBuffer) -> String? {
    guard text.firstByte(0) == UInt8(ascii: "%"), text.lineText(0).hasPrefix("%%") else {
      return nil
    }
    let name = text.lineText(0).dropFirst(2).prefix { $0.isLetter || $0.isNumber }.lowercased()
    guard !name.isEmpty else { return nil }
    let ofPython: Set<String> = ["time", "timeit", "capture", "writefile", "prun", "px"]
    if ofPython.contains(name) { return "python" }
    return name == "script" ? "shellscript" : LanguageTable.language(name)?.id
  }
}
