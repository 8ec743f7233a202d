import JSONRPC
import LanguageServerProtocol

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
        let (query, _, uri) = try context.asked(params)
        let match = try await context.service(of: uri).match(query)
        return PillowMatchRequest.Result(
          shots: match.shots.map(PillowShot.init), propensity: match.propensity,
          policyVersion: match.policyVersion, temperature: match.temperature)
      }
    }
    router.on(PillowCompleteRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await complete(params, request) }
    }
  }

  private func complete(
    _ params: PillowCompleteRequest.Params, _ request: IncomingRequest
  ) async throws -> PillowCompleteRequest.Result {
    let (query, place, uri) = try context.asked(params.asked)
    let service = try await context.service(of: uri)
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
        params.exemplars == false ? service.matchingNothing() : try await service.match(query)
      let answer = try await service.completeToItsEnd(query, match: match) { [context] piece in
        progress.grow(by: piece)
        guard let token = params.partialResultToken else { return }
        context.connection.sendPartial(PillowCompleteRequest.Piece(text: piece), for: token)
      }
      return try await result(answer, match, query, place, uri)
    } catch {
      if !(error is CancellationError) { problem = ErrorWording.sentence(error) }
      throw error
    }
  }

  private func result(
    _ answer: CompletedText, _ match: ExemplarMatch, _ query: InstructionQuery,
    _ place: (Document, Instruction)?, _ uri: String?
  ) async throws -> PillowCompleteRequest.Result {
    let shots = match.shots.map(PillowShot.init)
    let instruction =
      place?.1
      ?? Instruction(
        kind: query.language == nil ? .paragraph : .comment, range: 0..<0, text: query.instruction,
        input: query.input, language: query.language, indentation: "", insertion: nil)
    let text = AnswerCleaning.clean(answer.text, for: instruction)
    guard let (document, instruction) = place,
      let placed = offers.place(answer.text, instruction, document)
    else {
      let id = try await offers.store(
        PlacedText(replacing: 0..<0, text: text), answer, match, query, uri ?? "")
      return .init(id: id, text: text, edit: nil, model: answer.model, shots: shots)
    }
    let id = try await offers.store(placed, answer, match, query, document.uri)
    offers.list(id, placed, in: document.uri)
    let edit = TextEdit(
      range: document.text.range(placed.replacing, in: context.encoding), newText: placed.text)
    return .init(id: id, text: text, edit: edit, model: answer.model, shots: shots)
  }
}
