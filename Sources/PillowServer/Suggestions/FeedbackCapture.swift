import Foundation
import JSONRPC
import LanguageServerProtocol

/// What people do with suggestions: commands and notifications become rows, on the disk before a
/// response goes out.
final class FeedbackCapture: Sendable {
  static let accept = "pillow-lsp.accept"
  static let reject = "pillow-lsp.reject"
  static let commands = [accept, reject]

  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let answers: AnswerCache

  init(context: SessionContext, ledger: SuggestionLedger, answers: AnswerCache) {
    self.context = context
    self.ledger = ledger
    self.answers = answers
  }

  func register(in router: inout Router) {
    router.on(ExecuteCommandRequest.self) { [self] params, request in
      execute(params, request)
    }
    router.on(DidShowCompletionNotification.self) { [self] params in
      note(params.item, .shown)
    }
    router.on(DidPartiallyAcceptCompletionNotification.self) { [self] params in
      note(params.item, .partlyAccepted, acceptedLength: params.acceptedLength)
    }
    router.on(DidRejectNotification.self) { [self] params in
      store(
        FeedbackRecord(suggestionID: params.id, event: .rejected, reason: params.reason))
    }
  }

  private func execute(_ params: ExecuteCommandRequest.Params, _ request: IncomingRequest) {
    let arguments = params.arguments ?? []
    guard Self.commands.contains(params.command) else {
      let known = Self.commands.joined(separator: ", ")
      request.reply(
        ResponseError(.invalidParams, "there is no command \(params.command), only \(known)"))
      return
    }
    guard let id = arguments.first?.string else {
      request.reply(
        ResponseError(.invalidParams, "\(params.command) takes a suggestion's id as a string"))
      return
    }
    let feedback = FeedbackRecord(
      suggestionID: id, event: params.command == Self.accept ? .accepted : .rejected,
      reason: arguments.dropFirst().first?.string)
    context.writes.run { [self] in
      do {
        if try await record(feedback) {
          request.reply(ExecuteCommandRequest.Result.none)
        } else {
          request.reply(ResponseError(.invalidParams, "there is no suggestion \(id)"))
        }
      } catch {
        request.reply(ResponseError(.requestFailed, "the feedback was not stored: \(error)"))
      }
    }
  }

  private func note(
    _ item: InlineCompletionItem, _ event: FeedbackRecord.Event, acceptedLength: Int? = nil
  ) {
    guard let id = item.command?.arguments.first?.string else { return }
    store(FeedbackRecord(suggestionID: id, event: event, acceptedLength: acceptedLength))
  }

  private func store(_ feedback: FeedbackRecord) {
    context.writes.run { [self] in
      do {
        _ = try await record(feedback)
      } catch {
        context.notices.log("feedback was not stored: \(error)")
      }
    }
  }

  /// A suggestion of an earlier run of the server is looked for in all open projects.
  private func record(_ feedback: FeedbackRecord) async throws -> Bool {
    if let entry = ledger[feedback.suggestionID] {
      if feedback.event == .rejected { answers.forget(entry.offer.query) }
      if feedback.event != .shown { ledger.judge(feedback.suggestionID) }
      return try await entry.service.record(feedback)
    }
    for service in await context.workspace.openServices() {
      if try await service.record(feedback) { return true }
    }
    return false
  }
}
