package import LanguageServerProtocol

/// An open document at one version.
package struct Document: Sendable {
  package let uri: String
  package let languageID: String
  package var version: Int
  package var text: TextBuffer

  package init(_ item: TextDocumentItem) {
    uri = item.uri
    languageID = item.languageId
    version = item.version
    text = TextBuffer(item.text)
  }

  /// Applies changes one after another; each one's range is of the text that the one before left.
  ///
  /// - Parameter version: the next one where the client names none.
  /// - Returns: the edits in bytes.
  @discardableResult
  package mutating func apply(
    _ changes: [TextDocumentContentChange], version: Int?, in encoding: PositionEncoding
  ) -> [TextChange] {
    var edits: [TextChange] = []
    for change in changes {
      guard let range = change.range else {
        edits.append(TextChange(range: 0..<text.bytes.count, inserted: change.text.utf8.count))
        text = TextBuffer(change.text)
        continue
      }
      let start = text.offset(of: range.start, in: encoding)
      let end = text.offset(of: range.end, in: encoding)
      edits.append(
        TextChange(range: min(start, end)..<max(start, end), inserted: change.text.utf8.count))
      text.replace(min(start, end)..<max(start, end), with: change.text)
    }
    self.version = version ?? self.version + 1
    return edits
  }
}
