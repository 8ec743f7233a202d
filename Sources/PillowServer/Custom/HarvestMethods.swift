import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Settings
import WorkspaceRules

/// `pillow/harvest/…`: lists the completions that can be kept, and takes or declines one.
struct HarvestMethods: Sendable {
  private let context: SessionContext

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(PillowHarvestListRequest.self) { [context] params, request in
      context.open.answer(request) {
        let limit = min(max(0, params.limit ?? 100), 1000)
        return try await list(params.uri, limit: limit)
      }
    }
    router.on(PillowHarvestTakeRequest.self) { [context] params, request in
      context.open.answer(request) {
        let exemplar = try await context.keepHarvest(params.id, of: context.root(of: params.uri))
        return PillowExemplarResult(exemplar: PillowExemplar(exemplar))
      }
    }
    router.on(PillowHarvestDeclineRequest.self) { [context] params, request in
      context.open.answer(request) {
        try await context.declineHarvest(params.id, of: context.root(of: params.uri))
        return try await list(params.uri, limit: 100)
      }
    }
  }

  private func list(_ uri: String?, limit: Int) async throws -> PillowHarvestListRequest.Result {
    let root = context.root(of: uri)
    let found = try await context.harvestCandidates(of: root)
    context.status.setHarvest(found.count, of: root)
    return .init(candidates: found.prefix(limit).map(PillowHarvestListRequest.Candidate.init))
  }
}

extension SessionContext {
  /// The completions of a project that its settings and ignore files allow to be kept.
  func harvestCandidates(of root: URL) async throws -> [HarvestCandidate] {
    let found = try await workspace.project(at: root).answering {
      try $0.harvestCandidates(limit: 1000)
    }
    return found.filter {
      $0.suggestion.documentURI.flatMap(harvestRefusal) == nil && $0.draft.secret == nil
    }
  }

  func keepHarvest(_ id: String, of root: URL) async throws -> Exemplar {
    let project = try await workspace.project(at: root)
    let exemplar = try await project.answering { pool in
      try pool.harvest(id) { self.harvestRefusal($0) }
    }
    project.poolChanged()
    await countHarvest(of: root)
    return exemplar
  }

  func declineHarvest(_ id: String, of root: URL) async throws {
    try await workspace.project(at: root).answering { try $0.declineHarvest(of: id) }
    await countHarvest(of: root)
  }

  /// Brings the number in the status up to date; zero where the setting `harvest` asks for no
  /// decisions.
  func countHarvest(of root: URL) async {
    guard settings(for: root.absoluteString).harvestOrDefault == .ask else {
      return status.setHarvest(0, of: root)
    }
    // A project that cannot be opened is reported by the request that needs it.
    guard (try? await workspace.project(at: root)) != nil else { return }
    do {
      status.setHarvest(try await harvestCandidates(of: root).count, of: root)
    } catch {
      notices.log(
        "The completions that can be kept could not be counted: "
          + ErrorWording.sentence(error))
    }
  }

  /// Why nothing of a document may enter a pool; nil when it may.
  func harvestRefusal(_ uri: String) -> String? {
    DocumentRules(settings(for: uri).instructionsOrDefault).harvestRefusal(
      uri: uri, languageID: documents[uri]?.languageID ?? "", root: workspace.root(of: uri))
  }
}

extension PillowHarvestListRequest.Candidate {
  fileprivate init(_ candidate: HarvestCandidate) {
    let suggestion = candidate.suggestion
    self.init(
      id: suggestion.id, instruction: suggestion.instruction, input: suggestion.input,
      text: suggestion.text, language: suggestion.language, documentURI: suggestion.documentURI,
      acceptedAt: candidate.acceptedAt.formatted(.iso8601), keptShare: candidate.keptShare,
      secondsAfterAccept: candidate.secondsAfterAccept)
  }
}
