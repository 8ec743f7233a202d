import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Synchronization
import WorkspaceRules

/// Exemplars that are being edited: each is a file beside the project's database, and saving it
/// changes the exemplar.
final class ExemplarDrafts: Sendable {
  private let context: SessionContext
  private let state = Mutex<[String: Draft]>([:])

  private struct Draft {
    var exemplar: Int64
    var file: URL
    var project: Project
  }

  init(context: SessionContext) { self.context = context }

  /// Writes the file to edit.
  func make(of exemplar: Exemplar, _ project: Project) throws -> URL {
    let file = Project.draft(of: exemplar.id, in: project.pool)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let text = ExemplarSections.text(
      .init(
        instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output,
        tags: exemplar.tags))
    try Data(text.utf8).write(to: file, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    state.withLock { drafts in
      drafts[file.path] = Draft(exemplar: exemplar.id, file: file, project: project)
    }
    return file
  }

  /// The user has saved a document; if it is a draft, the exemplar becomes what is written there.
  func saved(_ uri: String) {
    guard let path = DocumentPath.path(of: uri), let draft = state.withLock({ $0[path] }) else {
      return
    }
    let dialog = ClientDialog(context: context)
    context.writes.run(about: draft.file.path) { [context] in
      let text =
        context.documents[uri]?.text.string
        ?? (try? String(contentsOf: draft.file, encoding: .utf8))
      do {
        let id = draft.exemplar
        guard let known = try await draft.project.withPool({ try $0.exemplar(id) }) else { return }
        let parts = text.flatMap {
          ExemplarSections.edited(
            $0,
            from: .init(
              instruction: known.instruction, input: known.input, output: known.output,
              tags: known.tags))
        }
        guard let parts else {
          dialog.say("Not saved: instruction and response need their headings.")
          return
        }
        let changed = try ExemplarDraft(
          instruction: parts.instruction, input: parts.input, output: parts.output,
          tags: parts.tags ?? known.tags, language: known.language
        ).checkedForSecrets()
        let version = try await draft.project.withPool { try $0.update(id, to: changed).version }
        draft.project.poolChanged()
        dialog.say("Exemplar \(draft.exemplar) is version \(version) now.")
      } catch let error as ResponseError {
        context.notices.warn(error.message)
      } catch {
        context.notices.warn(ErrorWording.sentence(error))
      }
    }
  }
}
