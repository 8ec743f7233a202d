import JSONRPC
import LanguageServerProtocol

/// What the server asks of the user and of the client's documents.
struct ClientDialog: Sendable {
  let context: SessionContext

  /// A question with answers to choose from.
  ///
  /// - Returns: the index of the answer; `nil` when none was chosen, or the client cannot ask.
  func choose(_ question: String, among answers: [String]) async -> Int? {
    let params = ShowMessageRequest.Params(
      .info, Notices.oneLine(question), actions: answers.map { .init(title: $0) })
    guard let chosen = try? await context.connection.send(ShowMessageRequest.self, params) else {
      return nil
    }
    return answers.firstIndex(of: chosen.title)
  }

  func say(_ sentence: String) {
    context.connection.send(
      ShowMessageNotification.self, MessageParams(.info, Notices.short(sentence)))
  }

  /// The edit in the form that the client announced.
  func edit(of document: Document, _ edits: [TextEdit]) -> WorkspaceEdit {
    WorkspaceEdit(
      document.uri, version: context.capabilities.documentChanges ? document.version : nil, edits)
  }

  /// Asks the client to change a document.
  ///
  /// - Throws: `ResponseError` where it cannot or did not.
  func apply(_ edit: WorkspaceEdit, _ label: String) async throws(ResponseError) {
    guard context.capabilities.applyEdit else {
      throw ResponseError(
        .requestFailed, "This editor does not let a server change documents (workspace/applyEdit).")
    }
    let reason: String
    do throws(ResponseError) {
      let result = try await context.connection.send(
        ApplyEditRequest.self, .init(label: label, edit: edit))
      if result.applied { return }
      reason = result.failureReason ?? "no reason given"
    } catch {
      reason = error.message
    }
    throw ResponseError(.requestFailed, "The editor did not change the document: \(reason).")
  }

  /// Shows a file; says where it is to clients that cannot.
  func show(_ uri: String, path: String) async {
    guard context.capabilities.showDocument,
      let shown = try? await context.connection.send(
        ShowDocumentRequest.self, .init(uri: uri, takeFocus: true)), shown.success
    else {
      say("Open \(path)")
      return
    }
  }
}
