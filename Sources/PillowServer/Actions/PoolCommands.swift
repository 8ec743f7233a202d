import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import WorkspaceRules

/// Commands on a project's pool: pin, mute, edit, save and share exemplars, leave a file alone,
/// unlearn.
final class PoolCommands: Sendable {
  static let pin = "pillow-lsp.pinExemplar"
  static let mute = "pillow-lsp.muteExemplar"
  static let edit = "pillow-lsp.editExemplar"
  static let save = "pillow-lsp.saveExemplar"
  static let share = "pillow-lsp.sharePool"
  static let neverHere = "pillow-lsp.neverHere"
  static let undoLearning = "pillow-lsp.undoLearning"

  private let context: SessionContext
  private let dialog: ClientDialog
  private let drafts: ExemplarDrafts

  init(context: SessionContext, drafts: ExemplarDrafts) {
    self.context = context
    self.drafts = drafts
    dialog = ClientDialog(context: context)
  }

  func register(in commands: inout CommandTable) {
    commands.on(Self.pin, context) { [self] arguments, _ in
      try await set(arguments) { try $0.pin($1, $2) }
    }
    commands.on(Self.mute, context) { [self] arguments, _ in
      try await set(arguments) { try $0.mute($1, $2) }
    }
    commands.on(Self.edit, context) { [self] arguments, _ in try await edit(arguments) }
    commands.on(Self.save, context) { [self] arguments, _ in try await save(arguments) }
    commands.on(Self.share, context) { [self] arguments, _ in try await share(arguments) }
    commands.on(Self.neverHere, context) { [self] arguments, _ in try neverHere(arguments) }
    commands.on(Self.undoLearning, context) { [self] arguments, _ in
      try await undoLearning(arguments)
    }
  }

  // MARK: One exemplar

  private func set(
    _ arguments: CommandArguments,
    _ change: @escaping @Sendable (PromptPool, Int64, Bool) throws -> Void
  ) async throws {
    let project = try await context.project(of: try arguments.text(0, "document or folder"))
    let id = Int64(try arguments.number(1, "exemplar"))
    let isOn = arguments.flag(2, default: true)
    try await project.answering { try change($0, id, isOn) }
    project.poolChanged()
  }

  private func edit(_ arguments: CommandArguments) async throws {
    let uri = try arguments.text(0, "document or folder")
    let id = Int64(try arguments.number(1, "exemplar"))
    let project = try await context.project(of: uri)
    guard let exemplar = try await project.answering({ try $0.exemplar(id) }) else {
      throw ResponseError(.invalidParams, PromptPoolError.exemplarNotFound(id).description)
    }
    let file = try drafts.make(of: exemplar, project)
    await dialog.show(file.absoluteString, path: file.path)
  }

  private func save(_ arguments: CommandArguments) async throws {
    let uri = try arguments.text(0, "document")
    let range = DocumentRange(
      start: try arguments.position(from: 1), end: try arguments.position(from: 3))
    guard let document = context.documents[uri] else {
      throw ResponseError(.invalidParams, "\(uri) is not open")
    }
    let bytes = [range.start, range.end].map { document.text.offset(of: $0, in: context.encoding) }
    let selection = document.text.text(of: min(bytes[0], bytes[1])..<max(bytes[0], bytes[1]))
    let parts = SelectionParts(selection, languageID: document.languageID)
    guard let chosen = try await choose(parts) else { return }
    let draft = try ExemplarDraft(
      instruction: chosen.instruction, input: chosen.input, output: chosen.output,
      language: parts.isProse ? nil : document.languageID
    ).checkedForSecrets()
    let project = try await context.project(of: uri)
    let saved = try await project.answering { pool in
      try pool.add(draft, pool: "editor", origin: "editor")
    }
    project.poolChanged()
    dialog.say("Saved as exemplar \(saved.id).")
  }

  /// Sections speak for themselves; otherwise the user says what is the instruction.
  private func choose(_ parts: SelectionParts) async throws(ResponseError) -> SelectionParts.Parts?
  {
    if let sections = parts.sections { return sections }
    guard !parts.choices.isEmpty else {
      throw ResponseError(
        .requestFailed, "Select an instruction together with its answer below it.")
    }
    let titles = parts.choices.map { choice in
      let line = choice.instruction.lines.first ?? ""
      return line.count > 48 ? line.prefix(47).trimmed + "…" : line
    }
    return await dialog.choose("Which part is the instruction?", among: titles)
      .map { parts.choices[$0] }
  }

  // MARK: The project

  private func share(_ arguments: CommandArguments) async throws {
    let uri = try arguments.text(0, "document")
    let name = try arguments.text(1, "pool")
    guard let root = context.workspace.folder(of: uri) else {
      throw ResponseError(
        .requestFailed,
        "The file is in no workspace folder to share a pool in: open its folder in the editor.")
    }
    let project = try await context.project(of: uri)
    let file = try await project.answering { pool in
      try pool.share(pool: name, to: root.appending(path: ".pillow/pools"))
    }
    dialog.say("Shared as .pillow/pools/\(file.lastPathComponent).")
  }

  /// The file's path goes into `.pillowignore`: it holds for everybody who works on the project,
  /// and can be taken back.
  private func neverHere(_ arguments: CommandArguments) throws {
    let uri = try arguments.text(0, "document")
    guard let root = context.workspace.folder(of: uri),
      let relative = DocumentPath.relative(uri, to: root.path)
    else {
      throw ResponseError(
        .requestFailed, "The file is in no workspace folder: open its folder in the editor.")
    }
    guard !relative.contains(where: \.isNewline) else {
      throw ResponseError(
        .requestFailed,
        "No rule can name a file with a line break in its name: exclude its folder instead.")
    }
    let file = root.appending(path: ".pillowignore")
    try IgnoreFileEditing.append("/" + IgnoreFile.escaped(relative), to: file)
    context.forgetRules()
    dialog.say("\(relative) is in .pillowignore now.")
  }

  private func undoLearning(_ arguments: CommandArguments) async throws {
    let project = try await context.project(of: try arguments.text(0, "document or folder"))
    guard let now = try await project.rollBackLearning(.policy) else {
      throw ResponseError(
        .requestFailed, "Nothing has been learned in this project yet, so there is nothing to undo."
      )
    }
    dialog.say("Exemplars are chosen by \(now) again.")
  }
}
