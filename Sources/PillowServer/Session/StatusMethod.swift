import JSONRPC
import LanguageServerProtocol
import Settings

/// `pillow/status`: how the server is doing and, for a place in a document, what is offered there or
/// why nothing is.
struct StatusMethod {
  let context: SessionContext

  func register(in router: inout Router) {
    router.onRaw(PillowStatusRequest.self) { [context] request in
      var status = context.status.current
      let params = try? request.params(as: PillowStatusParams.self)
      if let uri = params?.textDocument?.uri, let position = params?.position {
        status.place = Self.place(uri, position, context)
      }
      request.reply(status)
    }
  }

  private static func place(
    _ uri: String, _ position: Position, _ context: SessionContext
  ) -> PillowStatus.Place {
    guard let document = context.documents[uri] else {
      return .init(instruction: nil, reason: NoInstruction.notOpen.sentence)
    }
    let offset = document.text.offset(of: position, in: context.encoding)
    do throws(NoInstruction) {
      let found = try context.instructionOrReason(in: document, at: offset)
      return .init(instruction: found.text, reason: reason(found, document, context))
    } catch {
      return .init(instruction: nil, reason: error.sentence)
    }
  }

  /// Why no completion is offered for an instruction, or an empty sentence.
  private static func reason(
    _ instruction: Instruction, _ document: Document, _ context: SessionContext
  ) -> String {
    if context.settings(for: document.uri).inlineCompletion?.enabled == false {
      return "The setting `inlineCompletion.enabled` turns completions off."
    }
    if instruction.insertion == nil {
      return
        "Nothing can be inserted here: put the cursor at the end of the instruction or below it."
    }
    return context.unaskedRefusal(instruction, in: document) ?? ""
  }
}
