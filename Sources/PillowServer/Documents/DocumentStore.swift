package import LanguageServerProtocol
import Synchronization

/// The open documents.
///
/// Changes are applied on the connection's reading thread, in their order, and a request takes the
/// document's value in its turn. So a change is a barrier for the reads of its document, and reads
/// run side by side without a lock.
package final class DocumentStore: Sendable {
  private let documents = Mutex<[String: Document]>([:])

  package init() {}

  /// Opens a document; one that is open already is replaced, which is the best guess at what the
  /// client means.
  package func open(_ item: TextDocumentItem) {
    let document = Document(item)
    documents.withLock { $0[item.uri] = document }
  }

  /// Changes an open document; what is not open is left alone.
  ///
  /// - Returns: the document and its edits, unless it is not open.
  @discardableResult
  package func change(
    _ params: DidChangeNotification.Params, in encoding: PositionEncoding
  ) -> (document: Document, edits: [TextChange])? {
    documents.withLock { documents in
      // Taken out, so that the text is not copied because it is referred to twice.
      guard var document = documents.removeValue(forKey: params.textDocument.uri) else {
        return nil
      }
      let edits = document.apply(
        params.contentChanges, version: params.textDocument.version, in: encoding)
      documents[params.textDocument.uri] = document
      return (document, edits)
    }
  }

  package func close(_ uri: String) {
    documents.withLock { $0[uri] = nil }
  }

  package subscript(uri: String) -> Document? { documents.withLock { $0[uri] } }

  package var count: Int { documents.withLock { $0.count } }
}
