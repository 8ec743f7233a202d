import CompletionEngine
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptMatching
import PromptPool

/// Commands on the instruction at a place: complete it, insert an exemplar, say which exemplars
/// fit.
final class InstructionCommands: Sendable {
  static let complete = "pillow-lsp.complete"
  static let insert = "pillow-lsp.insertExemplar"
  static let explain = "pillow-lsp.explain"

  private let context: SessionContext
  private let offers: SuggestionOffers
  private let dialog: ClientDialog

  init(context: SessionContext, offers: SuggestionOffers) {
    self.context = context
    self.offers = offers
    dialog = ClientDialog(context: context)
  }

  func register(in commands: inout CommandTable) {
    commands.on(Self.complete, context) { [self] arguments, request in
      try await complete(arguments, request)
    }
    commands.on(Self.insert, context) { [self] arguments, _ in try await insert(arguments) }
    commands.on(Self.explain, context) { [self] arguments, _ in try await explain(arguments) }
  }

  /// The document and the instruction that the first three arguments name.
  private func place(
    _ arguments: CommandArguments
  ) throws(ResponseError) -> (document: Document, instruction: Instruction, position: Position) {
    let uri = try arguments.text(0, "document")
    let position = try arguments.position(from: 1)
    guard let document = context.documents[uri] else {
      throw ResponseError(.invalidParams, "\(uri) is not open")
    }
    if let instruction = context.instructionToAnswer(in: document, at: position) {
      return (document, instruction, position)
    }
    let offset = document.text.offset(of: position, in: context.encoding)
    do throws(NoInstruction) {
      return (document, try context.instructionOrReason(in: document, at: offset), position)
    } catch {
      throw ResponseError(.requestFailed, error.sentence)
    }
  }

  // MARK: Complete

  private func complete(_ arguments: CommandArguments, _ request: IncomingRequest) async throws {
    let (document, instruction, _) = try place(arguments)
    guard instruction.insertion != nil else {
      throw ResponseError(
        .requestFailed,
        "There is text behind the instruction on its line: give it a line of its own, and complete it again."
      )
    }
    let project = try await context.workspace.project(for: document.uri)
    let progress = context.progress.begin(Generations.title, clientsToken: nil) { request.cancel() }
    context.status.began()
    defer {
      progress.end()
      context.status.ended(problem: nil)
    }
    let asked = instruction.request
    let match =
      arguments.flag(3, default: true)
      ? try await project.match(asked, options: .init(mayBeEmpty: false)) : .empty
    var options = project.completionOptions
    options.isComplete = AnswerCleaning.isComplete(for: asked)
    let completion = try await project.complete(asked, match: match, options: options) {
      progress.grow(by: $0)
    }
    guard let placed = offers.place(completion.text, instruction, document) else {
      throw ResponseError(
        .requestFailed,
        "The model has no answer to this instruction: say it in other words, or save an exemplar like it."
      )
    }
    // Stored before anybody sees it.
    let id = try await offers.list(
      placed, .init(match: match, completion: completion), asked, in: document.uri)
    let edit = TextEdit(
      range: document.text.range(placed.replacing, in: context.encoding), newText: placed.text)
    guard context.documents[document.uri]?.text == document.text else {
      throw ResponseError(
        .requestFailed,
        "The text was changed meanwhile, so nothing was inserted: complete it again.")
    }
    try await dialog.apply(dialog.edit(of: document, [edit]), "Complete the instruction")
    try await offers.inserted(id)
  }

  // MARK: Exemplars

  private func insert(_ arguments: CommandArguments) async throws {
    let (document, instruction, position) = try place(arguments)
    let project = try await context.workspace.project(for: document.uri)
    let exemplar: Exemplar
    if arguments.values.count > 3 {
      let id = Int64(try arguments.number(3, "exemplar"))
      guard let known = try await project.withPool({ try $0.exemplar(id) }) else {
        throw ResponseError(.invalidParams, "there is no exemplar \(id)")
      }
      exemplar = known
    } else {
      let shots = try await project.match(
        instruction.request, options: .offering
      ).shots
      guard
        let chosen = await dialog.choose(
          "Insert which exemplar?", among: shots.map(\.exemplar.shortLabel))
      else { return }
      exemplar = shots[chosen].exemplar
    }
    let edits = ExemplarEdits(
      document: document, instruction: instruction, position: position, encoding: context.encoding,
      asSnippet: false)
    try await dialog.apply(
      dialog.edit(of: document, [edits.edit(exemplar).edit]), "Insert exemplar")
  }

  /// One line, since there are editors that stop at more; all of it is in the hover.
  private func explain(_ arguments: CommandArguments) async throws {
    let (document, instruction, _) = try place(arguments)
    let match = try await context.workspace.project(for: document.uri).match(instruction.request)
    let shots = match.shots
    guard let first = shots.first else {
      dialog.say(
        match.stopProbability == nil
          ? "No exemplar fits; `pillow-lsp pool import` adds some."
          : "No exemplar is better than none for this instruction.")
      return
    }
    let lines = shots.enumerated().map { rank, shot in
      "\(rank + 1). \(shot.exemplar.shortLabel) (\(shot.probability.asPercentage), \(shot.why))"
    }
    context.connection.send(
      LogMessageNotification.self, MessageParams(.info, lines.joined(separator: "\n")))
    dialog.say("\(first.probability.asPercentage): \(first.exemplar.shortLabel)")
  }
}
