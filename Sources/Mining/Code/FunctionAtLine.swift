import Foundation

/// The function or type of an open document that a line is in, and what can be asked about it.
package struct FunctionAtLine: Sendable {
  /// The most bytes of a document that is worth searching: those of a file that is mined.
  package static let mostBytes = ProjectFiles.largest

  package let name: String
  /// `function` or `type`, as in mined instructions.
  package let noun: String
  /// Its code without documentation, or as much of it as a small model reads.
  package let code: String
  package let isDocumented: Bool
  /// The line before which its documentation goes, counted from 0.
  package let documentationLine: Int
  /// The white space that each line of the documentation begins with.
  package let indentation: String
  /// Its last line.
  package let end: Int

  /// - Parameters:
  ///   - line: counted from 0.
  /// - Returns: nil where the line is in no function or type, or the language is not read.
  package init?(text: String, path: String, languageID: String, line: Int) {
    let source = SourceText(path: path, language: languageID, text: text)
    guard let reader = StructureReader(source) else { return nil }
    let finder = DocCommentFinder(source)
    let holding = reader.declarations().filter {
      finder.head(of: $0) <= line && line <= $0.end
    }
    guard let found = holding.max(by: { $0.line < $1.line }) else { return nil }
    let pair = CodePair(source, found)
    name = found.name
    noun = found.kind == .type ? "type" : "function"
    code = pair.excerpt
    isDocumented = pair.comment != nil
    end = found.end
    let isInside = languageID == "python"
    documentationLine = isInside ? finder.signatureEnd(of: found) + 1 : finder.head(of: found)
    let sample = isInside ? min(documentationLine, found.end) : found.line
    indentation = String(source.lines[sample].prefix { $0 == " " || $0 == "\t" })
  }
}
