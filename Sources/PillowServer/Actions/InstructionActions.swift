import Foundation
import JSONRPC
import LanguageServerProtocol
import Mining
import PillowProject
import PromptMatching
import PromptPool

/// `textDocument/codeAction`: what can be done with the instruction at the cursor, its exemplars,
/// and a selection.
///
/// What needs the model or changes the pool is a command; the edit that inserts an exemplar comes
/// when the action is resolved, or at once to clients that do not resolve.
final class InstructionActions: Sendable {
  static let kind = "refactor.pillow"
  /// Of so many exemplars: menus are short.
  private static let mostExemplars = 3
  /// In bytes. No prompt holds an exemplar as long, and editors ask whenever the selection grows.
  private static let longestSelection = 100_000
  private let context: SessionContext
  private let dialog: ClientDialog

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
  }

  func register(in router: inout Router) {
    router.on(CodeActionRequest.self) { [self] params, request in
      context.open.answer(request, orAtEnd: []) { [self] in await actions(params) }
    }
    router.on(CodeActionResolveRequest.self) { [self] action, request in
      context.open.answer(request) { [self] in try await resolved(action) }
    }
  }

  private func actions(_ params: CodeActionRequest.Params) async -> CodeActionRequest.Result {
    let uri = params.textDocument.uri
    guard let document = context.documents[uri] else { return [] }
    var found: [CodeAction] = []
    if hasParts(params.range, document) { found.append(save(params.range, uri)) }
    if let instruction = context.instructionToAnswer(in: document, at: params.range.end) {
      found += await actions(on: instruction, in: document, at: params.range.end)
    }
    found += await onFunction(params.range.end, document)
    // Nothing to offer where no instruction is: the editor's lamp means something.
    guard !found.isEmpty else { return [] }
    if let root = context.workspace.folder(of: uri) { found.append(neverHere(uri, root)) }
    if let undo = await undo(uri) { found.append(undo) }
    found += await learning(uri)
    return found.filter { isWanted($0, params.context?.only) }.compactMap(shown)
  }

  private func isWanted(_ action: CodeAction, _ only: [String]?) -> Bool {
    guard let only, !only.isEmpty else { return true }
    return only.contains {
      $0.isEmpty || action.kind == $0 || action.kind?.hasPrefix($0 + ".") == true
    }
  }

  /// As the client can take it. Clients that neither know actions nor apply edits get actions all
  /// the same, since a command alone could do nothing there.
  private func shown(_ action: CodeAction) -> JSONValue? {
    let capabilities = context.capabilities
    if action.disabled != nil, !capabilities.codeActionDisabled { return nil }
    if !capabilities.codeActionLiterals, capabilities.applyEdit {
      return action.command.flatMap(JSONValue.init(encoding:))
    }
    return JSONValue(encoding: action)
  }

  // MARK: Actions

  private func action(_ title: String, _ kind: String, _ command: String, _ arguments: [JSONValue])
    -> CodeAction
  {
    var action = CodeAction(title: title, kind: "\(Self.kind).\(kind)")
    action.command = Command(title: title, command: command, arguments: arguments)
    return action
  }

  private func actions(
    on instruction: Instruction, in document: Document, at position: Position
  ) async -> [CodeAction] {
    let place = Place(uri: document.uri, position: position).arguments
    var found: [CodeAction] = []
    if instruction.insertion != nil, context.capabilities.applyEdit {
      found.append(
        action("Complete with exemplars", "complete", InstructionCommands.complete, place + [true]))
      found.append(
        action(
          "Complete without exemplars", "complete", InstructionCommands.complete, place + [false]))
    }
    guard let match = await match(instruction, document.uri) else { return found }
    let shots = match.shots.prefix(Self.mostExemplars)
    for shot in shots {
      found.append(insert(shot.exemplar, instruction, document, position))
    }
    for shot in shots { found += onExemplar(shot.exemplar, document.uri) }
    var pools: Set<String> = []
    for shot in shots where pools.insert(shot.exemplar.pool).inserted {
      guard context.workspace.folder(of: document.uri) != nil else { break }
      found.append(
        action(
          "Share the pool “\(shot.exemplar.pool)” in .pillow/pools", "project",
          PoolCommands.share, [.string(document.uri), .string(shot.exemplar.pool)]))
    }
    return found
  }

  /// What can be asked about the function at the cursor, where the project has exemplars of it.
  private func onFunction(_ position: Position, _ document: Document) async -> [CodeAction] {
    guard context.capabilities.applyEdit,
      let counts = try? await context.workspace.project(for: document.uri).withPool({
        try $0.minedCounts()
      })
    else { return [] }
    let hasDocs = counts[MiningSource.docs.rawValue] ?? 0 > 0
    let hasTests = counts[MiningSource.tests.rawValue] ?? 0 > 0
    // The document is read last, and only for what could be offered.
    guard hasDocs || hasTests,
      let function = FunctionCommands.function(document, position, context)
    else { return [] }
    let place = Place(uri: document.uri, position: position).arguments
    var found: [CodeAction] = []
    if !function.isDocumented, hasDocs {
      found.append(action("Document this", "document", FunctionCommands.document, place))
    }
    if function.noun == "function", hasTests {
      found.append(action("Write a test for this", "test", FunctionCommands.test, place))
    }
    return found
  }

  private func match(_ instruction: Instruction, _ uri: String) async -> MatchResult? {
    do {
      return try await context.workspace.project(for: uri).match(
        instruction.request, options: .offering)
    } catch {
      context.report(error)
      return nil
    }
  }

  private func insert(
    _ exemplar: Exemplar, _ instruction: Instruction, _ document: Document, _ position: Position
  ) -> CodeAction {
    let title = "Insert exemplar: \(exemplar.shortLabel)"
    let place = Place(uri: document.uri, position: position).arguments
    let arguments = place + [.integer(Int(exemplar.id))]
    let capabilities = context.capabilities
    guard capabilities.codeActionLiterals || !capabilities.applyEdit else {
      return action(title, "insert", InstructionCommands.insert, arguments)
    }
    var action = CodeAction(title: title, kind: "\(Self.kind).insert")
    if capabilities.codeActionResolve {
      action.data = ["insert": .array(arguments)]
    } else {
      action.edit = edit(exemplar, instruction, document, position)
    }
    return action
  }

  private func onExemplar(_ exemplar: Exemplar, _ uri: String) -> [CodeAction] {
    let id: [JSONValue] = [.string(uri), .integer(Int(exemplar.id))]
    let label = exemplar.shortLabel
    return [
      action("Pin exemplar: \(label)", "exemplar", PoolCommands.pin, id + [true]),
      action("Mute exemplar: \(label)", "exemplar", PoolCommands.mute, id + [true]),
      action("Edit exemplar: \(label)", "exemplar", PoolCommands.edit, id),
    ]
  }

  /// Whether a selection may be an exemplar; there are editors in which something is always
  /// selected.
  private func hasParts(_ range: DocumentRange, _ document: Document) -> Bool {
    let start = document.text.offset(of: range.start, in: context.encoding)
    let end = document.text.offset(of: range.end, in: context.encoding)
    guard start < end, end - start <= Self.longestSelection else { return false }
    let parts = SelectionParts(
      document.text.text(of: start..<end), languageID: document.languageID)
    return parts.sections != nil || !parts.choices.isEmpty
  }

  private func save(_ range: DocumentRange, _ uri: String) -> CodeAction {
    action(
      "Save selection as exemplar", "exemplar", PoolCommands.save,
      [
        .string(uri), .integer(range.start.line), .integer(range.start.character),
        .integer(range.end.line), .integer(range.end.character),
      ])
  }

  private func neverHere(_ uri: String, _ root: URL) -> CodeAction {
    action("Never complete in this file", "project", PoolCommands.neverHere, [.string(uri)])
  }

  /// Disabled where nothing was learned yet; left out where that cannot be told.
  private func undo(_ uri: String) async -> CodeAction? {
    guard
      let promotions = try? await context.workspace.project(for: uri).withPool({
        try $0.matcherPromotions()
      })
    else { return nil }
    let title = "Undo the last learning step"
    guard let last = promotions.first else {
      var action = CodeAction(title: title, kind: "\(Self.kind).project")
      action.disabled = .init(
        reason: "Nothing has been learned in this project yet, so there is nothing to undo.")
      return action
    }
    return action(
      last.version.map { "\(title) (version \($0))" } ?? title, "project",
      PoolCommands.undoLearning, [.string(uri)])
  }

  /// Learning can be paused once there is something to learn from, and a gate that was fitted can be
  /// taken back.
  private func learning(_ uri: String) async -> [CodeAction] {
    guard
      let (marks, count) = try? await context.workspace.project(for: uri).withPool({ pool in
        (try pool.learningMarks(), try pool.outcomeCounts().all)
      }), count > 0
    else { return [] }
    let title = marks.isPaused ? "Resume learning" : "Pause learning"
    var found = [
      action(
        title, "project", LearningCommands.pause, [.string(uri), .bool(!marks.isPaused)])
    ]
    if marks.gate != nil {
      found.append(
        action(
          "Take back the last step of the suggestion gate", "project", LearningCommands.rollback,
          [.string(uri), .string("gate")]))
    }
    return found
  }

  // MARK: Resolving

  private func resolved(_ action: JSONValue) async throws -> JSONValue {
    guard var members = action.object, let arguments = action["data"]?["insert"]?.array else {
      return action
    }
    let parsed = CommandArguments(command: InstructionCommands.insert, values: arguments)
    let uri = try parsed.text(0, "document")
    let position = try parsed.position(from: 1)
    let id = Int64(try parsed.number(3, "exemplar"))
    guard let document = context.documents[uri],
      let instruction = context.instructionToAnswer(in: document, at: position),
      let exemplar = try await context.workspace.project(for: uri).withPool({ try $0.exemplar(id) })
    else {
      throw ResponseError(
        .requestFailed,
        "The instruction or the exemplar is not there any more: ask for the code actions again.")
    }
    members["edit"] = JSONValue(encoding: edit(exemplar, instruction, document, position))
    return .object(members)
  }

  private func edit(
    _ exemplar: Exemplar, _ instruction: Instruction, _ document: Document, _ position: Position
  ) -> WorkspaceEdit {
    let edits = ExemplarEdits(
      document: document, instruction: instruction, position: position, encoding: context.encoding,
      asSnippet: false)
    return dialog.edit(of: document, [edits.edit(exemplar).edit])
  }
}

/// A place in a document, as commands take it.
struct Place {
  var uri: String
  var position: Position

  var arguments: [JSONValue] {
    [.string(uri), .integer(position.line), .integer(position.character)]
  }
}

extension Exemplar {
  /// Its first line, cut to what fits beside other words.
  var shortLabel: String {
    let line = instruction.lines.first { !$0.trimmed.isEmpty }?.trimmed ?? "(no instruction)"
    return line.count > 48 ? line.prefix(47).trimmed + "…" : line
  }
}

extension JSONValue {
  /// The JSON of a value; `nil` for one that has none.
  init?(encoding value: some Encodable) {
    guard let data = try? JSONEncoder().encode(value),
      let json = try? JSONDecoder().decode(JSONValue.self, from: data)
    else { return nil }
    self = json
  }
}
