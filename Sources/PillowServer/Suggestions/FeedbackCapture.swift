import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool

/// What people do with suggestions: commands and notifications become rows, on the disk before a
/// response goes out.
final class FeedbackCapture: Sendable {
  static let accept = "pillow-lsp.accept"
  static let reject = "pillow-lsp.reject"

  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let answers: AnswerCache
  private let lives: SuggestionLives
  private let rejections: RejectionMemory
  private let generations: Generations

  init(
    context: SessionContext, ledger: SuggestionLedger, answers: AnswerCache,
    lives: SuggestionLives, rejections: RejectionMemory, generations: Generations
  ) {
    self.generations = generations
    self.lives = lives
    self.rejections = rejections
    self.context = context
    self.ledger = ledger
    self.answers = answers
  }

  func register(in router: inout Router, _ commands: inout CommandTable) {
    for name in [Self.accept, Self.reject] {
      commands.on(name) { [self] arguments, request in execute(name, arguments, request) }
    }
    router.on(DidShowCompletionNotification.self) { [self] params in
      note(params.item, .displayed)
    }
    router.on(DidPartiallyAcceptCompletionNotification.self) { [self] params in
      note(params.item, .partlyAccepted(params.acceptedLength))
    }
    router.on(DidRejectNotification.self) { [self] params in
      store(.rejected(reason: params.reason), params.id)
    }
  }

  private func execute(_ command: String, _ arguments: [JSONValue], _ request: IncomingRequest) {
    guard let id = arguments.first?.string else {
      request.reply(
        ResponseError(.invalidParams, "\(command) takes a suggestion's id as a string"))
      return
    }
    let signal: SuggestionLife.Signal =
      command == Self.accept
      ? .accepted : .rejected(reason: arguments.dropFirst().first?.string)
    context.writes.run(about: id) { [self] in
      do {
        if try await record(signal, id) {
          request.reply(ExecuteCommandRequest.Result.none)
        } else {
          request.reply(
            ResponseError(
              .invalidParams, "there is no suggestion \(id) in the projects that are open"))
        }
      } catch {
        request.reply(
          ResponseError(
            .requestFailed, "the feedback was not stored: \(ErrorWording.sentence(error))"))
      }
    }
  }

  private func note(
    _ item: InlineCompletionItem, _ signal: SuggestionLife.Signal
  ) {
    guard let id = item.command?.arguments.first?.string else { return }
    store(signal, id)
  }

  private func store(_ signal: SuggestionLife.Signal, _ id: String) {
    context.writes.run(about: id) { [self] in
      do {
        _ = try await record(signal, id)
      } catch {
        context.notices.log(
          "what became of a suggestion was not stored: \(ErrorWording.sentence(error))")
      }
    }
  }

  /// A suggestion of an earlier run of the server is looked for in all open projects, and in those of
  /// the folders, which an editor may speak of before anything else has opened them.
  private func record(_ signal: SuggestionLife.Signal, _ id: String) async throws -> Bool {
    guard let entry = ledger[id], lives.isKnown(id) else {
      var life = SuggestionLife()
      guard let stored = life.receive(signal, at: context.clock.now) else { return false }
      for root in context.workspace.roots { _ = try? await context.workspace.project(at: root) }
      for project in await context.workspace.openProjects() {
        if try await project.record(stored.feedback(on: id, at: context.clock.date)) { return true }
      }
      return false
    }
    guard let stored = lives.receive(signal, id) else { return true }
    if stored.event == .rejected {
      // What was shown may have been a part, with more of it being written.
      generations.stop(entry.offer.request)
      answers.forget(entry.offer.request)
      rejections.rejected(entry.offer.request, entry.offer.text, in: entry.offer.documentURI)
    }
    if stored.event == .accepted {
      context.accepted.accepted(entry.offer.text, in: entry.offer.documentURI)
    }
    if stored.event == .rejected || stored.event == .accepted { ledger.judge(id) }
    do {
      guard try await entry.project.record(stored.feedback(on: id, at: context.clock.date)) else {
        return false
      }
    } catch {
      lives.takeBack(id)
      throw error
    }
    lives.stored(stored, id)
    if stored.event != .shown { await context.showLearned(of: entry.project) }
    return true
  }
}
