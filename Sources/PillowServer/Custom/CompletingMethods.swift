import CompletionEngine
import ErrorWording
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptMatching

/// `pillow/match` and `pillow/complete`.
final class CompletingMethods: Sendable {
  private let context: SessionContext
  private let offers: SuggestionOffers

  init(context: SessionContext, offers: SuggestionOffers) {
    self.context = context
    self.offers = offers
  }

  func register(in router: inout Router) {
    router.on(PillowMatchRequest.self) { [context] params, request in
      context.open.answer(request) {
        let (asked, place, uri) = try context.asked(params)
        let match = try await context.project(of: uri).match(
          asked, options: Self.matching(asked, inDocument: place != nil))
        return PillowMatchRequest.Result(
          shots: match.shots.map(PillowShot.init), propensity: match.propensity,
          policyVersion: match.policyVersion, temperature: match.temperature)
      }
    }
    router.on(PillowCompleteRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await complete(params, request) }
    }
  }

  /// Words without a document and a language may be answered in any.
  private static func matching(
    _ asked: InstructionRequest, inDocument: Bool
  ) -> MatchingOptions {
    MatchingOptions(anyLanguage: !inDocument && asked.language == nil)
  }

  private func complete(
    _ params: PillowCompleteRequest.Params, _ request: IncomingRequest
  ) async throws -> PillowCompleteRequest.Result {
    let (asked, place, uri) = try context.asked(params.asked)
    let project = try await context.project(of: uri)
    let progress = context.progress.begin(Generations.title, clientsToken: params.workDoneToken) {
      request.cancel()
    }
    context.status.began()
    var problem: String?
    defer {
      progress.end()
      context.status.ended(problem: problem)
    }
    do {
      let match =
        params.exemplars == false
        ? MatchResult.empty
        : try await project.match(asked, options: Self.matching(asked, inDocument: place != nil))
      var options = project.completionOptions
      options.isComplete = AnswerCleaning.isComplete(for: asked)
      let completion = try await project.complete(asked, match: match, options: options) {
        [context] piece in
        progress.grow(by: piece)
        guard let token = params.partialResultToken else { return }
        context.connection.sendPartial(PillowCompleteRequest.Piece(text: piece), for: token)
      }
      return try await result(.init(match: match, completion: completion), asked, place, uri)
    } catch {
      if !(error is CancellationError) { problem = ErrorWording.sentence(error) }
      throw error
    }
  }

  private func result(
    _ value: AnswerCache.Value, _ asked: InstructionRequest, _ place: (Document, Instruction)?,
    _ uri: String?
  ) async throws -> PillowCompleteRequest.Result {
    let completion = value.completion
    // Only what the model saw.
    let shots = completion.shots.map { PillowShot(value.match.shots[$0]) }
    let model = completion.identity.weights
    let instruction =
      place?.1
      ?? Instruction(
        kind: asked.language == nil ? .paragraph : .comment, range: 0..<0, text: asked.instruction,
        input: asked.input, language: asked.language, indentation: "", insertion: nil)
    let text = AnswerCleaning.clean(completion.text, for: instruction)
    guard let (document, instruction) = place,
      let placed = offers.place(completion.text, instruction, document)
    else {
      let id = try await offers.store(
        PlacedText(replacing: 0..<0, text: text), value, asked, uri ?? "")
      return .init(id: id, text: text, edit: nil, model: model, shots: shots)
    }
    let id = try await offers.list(placed, value, asked, in: document.uri)
    let edit = TextEdit(
      range: document.text.range(placed.replacing, in: context.encoding), newText: placed.text)
    return .init(id: id, text: text, edit: edit, model: model, shots: shots)
  }
}
