import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Settings
import Synchronization

/// Makes exemplars of completions that were accepted and kept, as far as the setting `harvest`
/// wants it.
///
/// One question at a time, and one a suggestion: who puts it away has not decided, and finds it in
/// `pool harvest`.
final class HarvestQuestions: Sendable {
  private enum Answer: String, CaseIterable {
    case keep = "Keep"
    case decline = "No"
    case stop = "Stop asking"
  }

  private struct State {
    var asked: Set<String> = []
    var isAsking = false
    /// The user wants no more questions in this session.
    var isStopped = false
  }

  private let context: SessionContext
  private let dialog: ClientDialog
  private let state = Mutex(State())

  init(context: SessionContext) {
    self.context = context
    dialog = ClientDialog(context: context)
  }

  /// To be called when it was recorded how much of an accepted suggestion is still there.
  func kept(_ id: String, in uri: String, _ project: Project) async {
    let setting = context.settings(for: uri).harvestOrDefault
    do {
      switch try await project.proposeHarvest(
        of: id, setting: setting, refusal: { [context] in context.harvestRefusal($0) })
      {
      case .ask(let candidate): ask(id, candidate.suggestion.instruction, project)
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

  /// Without waiting for the answer, which may never come.
  private func ask(_ id: String, _ instruction: String, _ project: Project) {
    let isToBeAsked = state.withLock { state in
      guard !state.isAsking, !state.isStopped, state.asked.insert(id).inserted else { return false }
      state.isAsking = true
      return true
    }
    guard isToBeAsked else { return }
    Task { [self] in
      let chosen = await dialog.choose(
        "Keep as an exemplar: “\(Self.short(instruction))”?",
        among: Answer.allCases.map(\.rawValue))
      state.withLock { $0.isAsking = false }
      guard let chosen else { return }
      context.writes.run { [self] in await decided(Answer.allCases[chosen], on: id, project) }
    }
  }

  private func decided(_ answer: Answer, on id: String, _ project: Project) async {
    do {
      switch answer {
      case .keep:
        let exemplar = try await project.withPool { [context] pool in
          try pool.harvest(id) { context.harvestRefusal($0) }
        }
        project.poolChanged()
        dialog.say("Kept as exemplar \(exemplar.id).")
      case .decline: try await project.withPool { try $0.declineHarvest(of: id) }
      case .stop:
        state.withLock { $0.isStopped = true }
        dialog.say("To stop it for good, set `harvest` to never.")
      }
    } catch {
      context.notices.warn("It is not kept: \(ErrorWording.sentence(error))")
    }
  }

  private static func short(_ text: String) -> String {
    let line = text.lines.first ?? ""
    return line.count > 48 ? line.prefix(47).trimmed + "…" : line
  }
}

extension SessionContext {
  /// Why nothing of a document may enter a pool; nil when it may.
  fileprivate func harvestRefusal(_ uri: String) -> String? {
    DocumentRules(settings(for: uri).instructionsOrDefault).harvestRefusal(
      uri: uri, languageID: documents[uri]?.languageID ?? "", root: workspace.root(of: uri))
  }
}
