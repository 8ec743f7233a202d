import Foundation
import JSONRPC
import LanguageServerProtocol

/// What people do with suggestions: commands and notifications become rows, on the disk before a
/// response goes out.
final class FeedbackCapture: Sendable {
  static let accept = "pillow-lsp.accept"
  static let reject = "pillow-lsp.reject"
  /// Takes a place in a document, and says which exemplars stand in its prompt.
  static let explain = "pillow-lsp.explain"
  static let commands = [accept, reject, explain]

  private let context: SessionContext
  private let ledger: SuggestionLedger
  private let answers: AnswerCache
  private let lives: SuggestionLives
  private let rejections: RejectionMemory

  init(
    context: SessionContext, ledger: SuggestionLedger, answers: AnswerCache,
    lives: SuggestionLives, rejections: RejectionMemory
  ) {
    self.lives = lives
    self.rejections = rejections
    self.context = context
    self.ledger = ledger
    self.answers = answers
  }

  func register(in router: inout Router) {
    router.on(ExecuteCommandRequest.self) { [self] params, request in
      execute(params, request)
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

  private func execute(_ params: ExecuteCommandRequest.Params, _ request: IncomingRequest) {
    let arguments = params.arguments ?? []
    guard Self.commands.contains(params.command) else {
      let known = Self.commands.joined(separator: ", ")
      request.reply(
        ResponseError(.invalidParams, "there is no command \(params.command), only \(known)"))
      return
    }
    if params.command == Self.explain {
      let answer = PendingAnswer(request)
      answer.start { [self] answer in
        await explain(arguments)
        answer.finish(ExecuteCommandRequest.Result.none)
      }
      return
    }
    guard let id = arguments.first?.string else {
      request.reply(
        ResponseError(.invalidParams, "\(params.command) takes a suggestion's id as a string"))
      return
    }
    let signal: SuggestionLife.Signal =
      params.command == Self.accept
      ? .accepted : .rejected(reason: arguments.dropFirst().first?.string)
    context.writes.run { [self] in
      do {
        if try await record(signal, id) {
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
    _ item: InlineCompletionItem, _ signal: SuggestionLife.Signal
  ) {
    guard let id = item.command?.arguments.first?.string else { return }
    store(signal, id)
  }

  private func store(_ signal: SuggestionLife.Signal, _ id: String) {
    context.writes.run { [self] in
      do {
        _ = try await record(signal, id)
      } catch {
        context.notices.log("feedback was not stored: \(error)")
      }
    }
  }

  /// A suggestion of an earlier run of the server is looked for in all open projects.
  private func record(_ signal: SuggestionLife.Signal, _ id: String) async throws -> Bool {
    guard let entry = ledger[id], lives.isKnown(id) else {
      var life = SuggestionLife()
      guard let stored = life.receive(signal, at: context.clock.now) else { return false }
      for service in await context.workspace.openServices() {
        if try await service.record(stored.record(of: id)) { return true }
      }
      return false
    }
    guard let stored = lives.receive(signal, id) else { return true }
    if stored.event == .rejected {
      answers.forget(entry.offer.query)
      rejections.rejected(entry.offer.query, entry.offer.text)
    }
    if stored.event == .rejected || stored.event == .accepted { ledger.judge(id) }
    return try await entry.service.record(stored.record(of: id))
  }

  /// Shows the exemplars of the instruction at a place: a document's URI, a line, a character.
  private func explain(_ arguments: [JSONValue]) async {
    guard arguments.count == 3, let uri = arguments[0].string, let line = arguments[1].integer,
      let character = arguments[2].integer, let document = context.documents[uri],
      let instruction = context.instruction(
        in: document, at: Position(line: line, character: character))
    else { return }
    do {
      let match = try await context.workspace.service(for: uri).match(instruction.query)
      let lines = match.shots.enumerated().map { rank, shot in
        "\(rank + 1). \(shot.exemplar.instruction.lines.first ?? "") "
          + "(\(shot.probability.asPercentage), \(shot.why))"
      }
      let text = lines.isEmpty ? "No exemplar fits." : lines.joined(separator: "\n")
      context.connection.send(ShowMessageNotification.self, MessageParams(.info, text))
    } catch {
      context.report(error)
    }
  }
}

extension SuggestionLife.Entry {
  fileprivate func record(of id: String) -> FeedbackRecord {
    FeedbackRecord(
      suggestionID: id, event: event, acceptedLength: acceptedLength, reason: reason)
  }
}
