import JSONRPC
import LanguageServerProtocol

/// Which function serves which command of `workspace/executeCommand`.
///
/// The names begin with the program's, since there are clients that register them for the whole
/// editor.
struct CommandTable: Sendable {
  typealias Handler = @Sendable (_ arguments: [JSONValue], _ request: IncomingRequest) -> Void

  private var handlers: [String: Handler] = [:]

  var names: [String] { handlers.keys.sorted() }

  mutating func on(_ name: String, _ handler: @escaping Handler) { handlers[name] = handler }

  /// Serves a command by work that answers with nothing, or with the error that it throws.
  mutating func on(
    _ name: String, _ context: SessionContext,
    _ work: @escaping @Sendable (CommandArguments, IncomingRequest) async throws -> Void
  ) {
    on(name) { arguments, request in
      context.open.answer(request) {
        try await work(CommandArguments(command: name, values: arguments), request)
        return ExecuteCommandRequest.Result.none
      }
    }
  }

  func register(in router: inout Router) {
    router.on(ExecuteCommandRequest.self) { [self] params, request in
      guard let handler = handlers[params.command] else {
        let known = names.joined(separator: ", ")
        request.reply(
          ResponseError(.invalidParams, "there is no command \(params.command), only \(known)"))
        return
      }
      handler(params.arguments ?? [], request)
    }
  }
}

/// The arguments of a command; what does not fit is answered with -32602.
struct CommandArguments: Sendable {
  let command: String
  let values: [JSONValue]

  func text(_ index: Int, _ name: String) throws(ResponseError) -> String {
    guard values.indices.contains(index), let text = values[index].string else {
      throw wrong(index, name, "text")
    }
    return text
  }

  func number(_ index: Int, _ name: String) throws(ResponseError) -> Int {
    guard values.indices.contains(index), let number = values[index].integer else {
      throw wrong(index, name, "whole number")
    }
    return number
  }

  func flag(_ index: Int, default value: Bool) -> Bool {
    values.indices.contains(index) ? values[index].bool ?? value : value
  }

  func position(from index: Int) throws(ResponseError) -> Position {
    Position(
      line: try number(index, "line"), character: try number(index + 1, "character"))
  }

  private func wrong(_ index: Int, _ name: String, _ kind: String) -> ResponseError {
    ResponseError(
      .invalidParams, "argument \(index) of \(command) has to be the \(name), a \(kind)")
  }
}
