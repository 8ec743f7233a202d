import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Settings

/// Offers completions that were accepted and kept as exemplars, as far as the setting `harvest`
/// allows.
///
/// Nothing opens by itself: the status counts what can be kept, and the command asks about one
/// completion after another.
struct HarvestQuestions: Sendable {
  static let command = "pillow-lsp.harvest"

  private enum Answer: String, CaseIterable {
    case keep = "Keep"
    case decline = "No"
    case later = "Later"
  }

  private let context: SessionContext
  private let dialog: ClientDialog

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
  }

  func register(in commands: inout CommandTable) {
    commands.on(Self.command, context) { [self] arguments, _ in
      try await ask(in: context.root(of: try arguments.text(0, "document or folder")))
    }
  }

  /// Call this after it was recorded how much of an accepted suggestion is still there.
  func kept(_ id: String, in uri: String, _ project: Project) async {
    let setting = context.settings(for: uri).harvestOrDefault
    do {
      switch try await project.proposeHarvest(
        of: id, setting: setting, refusal: { [context] in context.harvestRefusal($0) })
      {
      case .ask: await context.countHarvest(of: context.workspace.root(of: uri))
      case .taken(let exemplar):
        let sentence = "A kept completion is now exemplar \(exemplar.id)."
        context.connection.send(LogMessageNotification.self, MessageParams(.info, sentence))
      case .refused(let sentence): context.notices.log(sentence)
      case nil: break
      }
    } catch {
      context.notices.log(
        "A kept completion did not become an exemplar: \(ErrorWording.sentence(error))")
    }
  }

  /// Asks about one completion after another until one is put off.
  private func ask(in root: URL) async throws {
    let candidates = try await context.harvestCandidates(of: root)
    guard !candidates.isEmpty else { return dialog.say("There is no completion to keep.") }
    for candidate in candidates {
      let suggestion = candidate.suggestion
      let chosen = await dialog.choose(
        "Keep as an exemplar?\n\n\(suggestion.instruction.trimmed)\n\n\(suggestion.text.trimmed)",
        among: Answer.allCases.map(\.rawValue))
      switch chosen.map({ Answer.allCases[$0] }) {
      case .keep: _ = try await context.keepHarvest(suggestion.id, of: root)
      case .decline: try await context.declineHarvest(suggestion.id, of: root)
      case .later, nil: return
      }
    }
  }
}
