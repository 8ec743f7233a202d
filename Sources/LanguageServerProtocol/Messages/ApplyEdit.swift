/// `workspace/applyEdit`: asks the client to change documents.
public enum ApplyEditRequest: LSPRequest {
  public static let method = "workspace/applyEdit"

  public struct Params: Codable, Sendable {
    public var label: String?
    public var edit: WorkspaceEdit

    public init(label: String? = nil, edit: WorkspaceEdit) {
      self.label = label
      self.edit = edit
    }
  }

  public struct Result: Codable, Sendable {
    public var applied: Bool
    public var failureReason: String?

    public init(applied: Bool, failureReason: String? = nil) {
      self.applied = applied
      self.failureReason = failureReason
    }
  }
}

/// Edits of documents: with versions for clients that know them, else by URI.
public struct WorkspaceEdit: Codable, Sendable, Hashable {
  public var changes: [String: [TextEdit]]?
  public var documentChanges: [TextDocumentEdit]?

  /// - Parameter version: `nil` where the client announces no `documentChanges`.
  public init(_ uri: String, version: Int?, _ edits: [TextEdit]) {
    if let version {
      documentChanges = [
        TextDocumentEdit(textDocument: .init(uri: uri, version: version), edits: edits)
      ]
    } else {
      changes = [uri: edits]
    }
  }
}

/// Edits of one version of a document.
public struct TextDocumentEdit: Codable, Sendable, Hashable {
  public var textDocument: VersionedTextDocumentIdentifier
  public var edits: [TextEdit]

  public init(textDocument: VersionedTextDocumentIdentifier, edits: [TextEdit]) {
    self.textDocument = textDocument
    self.edits = edits
  }
}
