import CompletionEngine
import Foundation
import JSONRPC
import LanguageServerProtocol
import Languages
import Mining
import PillowProject
import PromptMatching
import PromptPool

/// Commands on the function at a place, answered with exemplars that were mined from the project:
/// its documentation, and a test for it.
struct FunctionCommands: Sendable {
  static let document = "pillow-lsp.document"
  static let test = "pillow-lsp.writeTest"

  private let context: SessionContext
  private let dialog: ClientDialog

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
  }

  func register(in commands: inout CommandTable) {
    for name in [Self.document, Self.test] {
      commands.on(name, context) { [self] arguments, request in
        try await write(arguments, request)
      }
    }
  }

  /// The function that a position of a document is in; nil where the rules keep the document away,
  /// or it is larger than what is mined.
  static func function(
    _ document: Document, _ position: Position, _ context: SessionContext
  ) -> FunctionAtLine? {
    let text = document.text
    guard text.bytes.count <= FunctionAtLine.mostBytes,
      context.harvestRefusal(document.uri) == nil
    else { return nil }
    return FunctionAtLine(
      text: text.text(of: 0..<text.bytes.count), path: document.uri,
      languageID: LanguageTable.normalized(document.languageID), line: position.line)
  }

  private func write(_ arguments: CommandArguments, _ request: IncomingRequest) async throws {
    let uri = try arguments.text(0, "document")
    let position = try arguments.position(from: 1)
    guard let document = context.documents[uri] else {
      throw ResponseError(.invalidParams, "\(uri) is not open")
    }
    guard let function = Self.function(document, position, context) else {
      throw ResponseError(
        .requestFailed, "There is no function here: put the cursor into one, and try again.")
    }
    let language = LanguageTable.normalized(document.languageID)
    let isTest = arguments.command == Self.test
    let asked = InstructionRequest(
      instruction: isTest ? MinedInstruction.test : MinedInstruction.document(function.noun),
      input: SecretScanner.removingLines(from: function.code), language: language)
    let answer = try await self.answer(
      asked, in: uri, request, isTest ? .definition : .open)
    let edit: TextEdit
    if isTest {
      edit = Self.insertion("\n" + answer + "\n", below: function.end, document, context.encoding)
    } else {
      guard let comment = DocumentationAnswer.comment(in: answer, language: language) else {
        throw ResponseError(
          .requestFailed, "The model wrote no documentation: try again, or write the first words.")
      }
      let lines = comment.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.isEmpty ? "" : function.indentation + $0
      }
      edit = Self.insertion(
        lines.joined(separator: "\n") + "\n", below: function.documentationLine - 1, document,
        context.encoding)
    }
    guard context.documents[uri]?.text == document.text else {
      throw ResponseError(
        .requestFailed, "The text was changed meanwhile, so nothing was inserted: try again.")
    }
    try await dialog.apply(
      dialog.edit(of: document, [edit]), isTest ? "Write a test" : "Document the \(function.noun)")
  }

  private func answer(
    _ asked: InstructionRequest, in uri: String, _ request: IncomingRequest, _ unit: AnswerUnit
  ) async throws -> String {
    let project = try await context.workspace.project(for: uri)
    let progress = context.progress.begin(Generations.title, clientsToken: nil) { request.cancel() }
    context.status.began()
    defer {
      progress.end()
      context.status.ended(problem: nil)
    }
    let match = try await project.match(asked)
    var options = project.completionOptions
    options.isComplete = AnswerCleaning.isComplete(for: asked, unit)
    let completion = try await project.complete(asked, match: match, options: options) {
      progress.grow(by: $0)
    }
    let text = unit.bound(completion.text, language: asked.language).text
    let instruction = Instruction(
      kind: .comment, range: 0..<0, text: asked.instruction, input: asked.input,
      language: asked.language, indentation: "", insertion: nil)
    let cleaned = AnswerCleaning.clean(text, for: instruction)
    guard !cleaned.isEmpty else {
      throw ResponseError(.requestFailed, "The model has no answer here: try again.")
    }
    return cleaned
  }

  /// New lines below a line; below -1 they begin the document.
  private static func insertion(
    _ text: String, below line: Int, _ document: Document, _ encoding: PositionEncoding
  ) -> TextEdit {
    let lineCount = document.text.lineCount
    guard line + 1 < lineCount else {
      let end = document.text.bytes.count
      return TextEdit(range: document.text.range(end..<end, in: encoding), newText: "\n" + text)
    }
    let start = Position(line: line + 1, character: 0)
    return TextEdit(range: DocumentRange(start: start, end: start), newText: text)
  }
}

/// Takes the comment out of what a model wrote when it was asked for documentation. Pure.
package enum DocumentationAnswer {
  /// - Returns: the comment's lines; nil where there is none.
  package static func comment(in answer: String, language: String) -> String? {
    let syntax = LanguageTable.language(language)?.comments ?? .unknown
    let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.firstIndex(where: { !$0.trimmed.isEmpty }) else { return nil }
    let start = lines[first].trimmed
    for block in syntax.block {
      guard let mark = block.opening(of: start) else { continue }
      if start.dropFirst(mark.count).contains(block.close) { return start }
      guard let last = lines[(first + 1)...].firstIndex(where: { $0.contains(block.close) }) else {
        return nil
      }
      return lines[first...last].joined(separator: "\n")
    }
    guard syntax.leader(of: start) != nil else { return nil }
    return lines[first...].prefix { syntax.leader(of: $0.trimmed) != nil }
      .joined(separator: "\n")
  }
}
