import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool

/// `pillow/exemplars/…`: looking at a project's exemplars and changing them.
final class ExemplarMethods: Sendable {
  private let context: SessionContext
  /// How many exemplars a partial result has.
  private static let part = 100

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(PillowExemplarsListRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await list(params) }
    }
    router.on(PillowExemplarsGetRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await get(params) }
    }
    router.on(PillowExemplarsAddRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await add(params) }
    }
    router.on(PillowExemplarsUpdateRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await update(params) }
    }
    router.on(PillowExemplarsRemoveRequest.self) { [self] params, request in
      change(params, request) { pool in
        params.on == false ? try pool.restore(params.id) : try pool.remove(params.id)
      }
    }
    router.on(PillowExemplarsPinRequest.self) { [self] params, request in
      change(params, request) { try $0.pin(params.id, params.on ?? true) }
    }
    router.on(PillowExemplarsMuteRequest.self) { [self] params, request in
      change(params, request) { try $0.mute(params.id, params.on ?? true) }
    }
  }

  private func list(
    _ params: PillowExemplarsListRequest.Params
  ) async throws -> PillowExemplarsListRequest.Result {
    let project = try await context.project(of: params.uri)
    let found: [Exemplar] = try await project.answering { pool in
      guard let text = params.text, !text.trimmed.isEmpty else {
        return try pool.exemplars(
          pool: params.pool, tag: params.tag, language: params.language,
          includingRetired: params.removed ?? false)
      }
      let filter = ExemplarFilter(pool: params.pool, tag: params.tag, language: params.language)
      return try pool.search(text, near: [], filter: filter, limit: 1000).map(\.exemplar)
    }
    let wanted = found.dropFirst(max(0, params.offset ?? 0)).prefix(max(0, params.limit ?? 100))
    let exemplars = wanted.map(PillowExemplar.init)
    guard let token = params.partialResultToken else {
      return .init(exemplars: exemplars, total: found.count)
    }
    for start in stride(from: 0, to: exemplars.count, by: Self.part) {
      let part = Array(exemplars[start..<min(start + Self.part, exemplars.count)])
      context.connection.sendPartial(
        PillowExemplarsListRequest.Result(exemplars: part, total: found.count), for: token)
    }
    return .init(exemplars: [], total: found.count)
  }

  private func get(
    _ params: PillowExemplarReference
  ) async throws -> PillowExemplarsGetRequest.Result {
    let project = try await context.project(of: params.uri)
    return try await project.answering { pool in
      guard let exemplar = try pool.exemplar(params.id) else {
        throw PromptPoolError.exemplarNotFound(params.id)
      }
      let use = try pool.use(of: params.id)
      return PillowExemplarsGetRequest.Result(
        exemplar: PillowExemplar(exemplar),
        history: try pool.history(of: params.id).map {
          .init(instruction: $0.instruction, input: $0.input, output: $0.output)
        },
        use: .init(
          suggested: use.suggested, shown: use.shown, accepted: use.accepted,
          rejected: use.rejected))
    }
  }

  private func add(
    _ params: PillowExemplarsAddRequest.Params
  ) async throws -> PillowExemplarResult {
    let project = try await context.project(of: params.uri)
    let draft = try ExemplarDraft(
      instruction: params.instruction, input: params.input ?? "", output: params.output,
      tags: params.tags ?? [], language: params.language
    ).checkedForSecrets()
    let name = params.pool ?? "editor"
    let added = try await project.answering { pool in
      try pool.add(draft, pool: name, origin: "editor")
    }
    project.poolChanged()
    return PillowExemplarResult(exemplar: PillowExemplar(added))
  }

  private func update(
    _ params: PillowExemplarsUpdateRequest.Params
  ) async throws -> PillowExemplarResult {
    let project = try await context.project(of: params.uri)
    let id = params.id
    guard let known = try await project.answering({ try $0.exemplar(id) }) else {
      throw ResponseError(.invalidParams, PromptPoolError.exemplarNotFound(params.id).description)
    }
    let draft = try ExemplarDraft(
      instruction: params.instruction ?? known.instruction, input: params.input ?? known.input,
      output: params.output ?? known.output, tags: params.tags ?? known.tags,
      language: params.language ?? known.language
    ).checkedForSecrets()
    let updated = try await project.answering { try $0.update(id, to: draft) }
    project.poolChanged()
    return PillowExemplarResult(exemplar: PillowExemplar(updated))
  }

  private func change(
    _ params: PillowExemplarSwitch, _ request: IncomingRequest,
    _ change: @escaping @Sendable (PromptPool) throws -> Void
  ) {
    context.open.answer(request) { [context] in
      let project = try await context.project(of: params.uri)
      let exemplar = try await project.answering { pool in
        try change(pool)
        return try pool.exemplar(params.id)
      }
      project.poolChanged()
      guard let exemplar else {
        throw ResponseError(.invalidParams, PromptPoolError.exemplarNotFound(params.id).description)
      }
      return PillowExemplarResult(exemplar: PillowExemplar(exemplar))
    }
  }
}
