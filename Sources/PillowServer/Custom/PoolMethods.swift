import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Synchronization

/// `pillow/pool/…` and `pillow/feedback/history`.
final class PoolMethods: Sendable {
  private let context: SessionContext
  /// How many characters a partial result of an export has at least.
  private static let part = 50_000

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(PillowPoolImportRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await importFile(params, request) }
    }
    router.on(PillowPoolExportRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await export(params) }
    }
    router.on(PillowPoolStatsRequest.self) { [context] params, request in
      context.open.answer(request) {
        let project = try await context.project(of: params?.uri)
        return PillowPoolStatsRequest.Result(try await project.answering { try $0.statistics() })
      }
    }
    router.on(PillowFeedbackHistoryRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in try await history(params) }
    }
  }

  private func importFile(
    _ params: PillowPoolImportRequest.Params, _ request: IncomingRequest
  ) async throws -> PillowPoolImportRequest.Result {
    let project = try await context.project(of: params.uri)
    var options = ImportOptions(
      isStrict: params.strict ?? false, keepsNearDuplicates: params.keepNearDuplicates ?? false)
    if let name = params.format {
      guard let format = ImportFormat(rawValue: name) else {
        let known = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ResponseError(.invalidParams, "there is no format \(name), only \(known)")
      }
      options.format = format
    }
    let progress = context.progress.begin("Importing exemplars", clientsToken: params.workDoneToken)
    {
      request.cancel()
    }
    defer { progress.end() }
    let chosen = options
    let isCancelled = CancellationFlag()
    let report = try await withTaskCancellationHandler {
      try await project.answering { pool in
        try pool.importFile(URL(filePath: params.path), options: chosen, pool: params.pool) {
          state in
          if isCancelled.isSet { throw CancellationError() }
          progress.report("\(state.records) records")
        }
      }
    } onCancel: {
      isCancelled.set()
    }
    project.poolChanged()
    return PillowPoolImportRequest.Result(report)
  }

  private func export(
    _ params: PillowPoolExportRequest.Params
  ) async throws -> PillowPoolExportRequest.Result {
    let project = try await context.project(of: params.uri)
    guard let format = ExportFormat(rawValue: params.format ?? ExportFormat.jsonl.rawValue) else {
      let known = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ResponseError(
        .invalidParams, "there is no format \(params.format ?? ""), only \(known)")
    }
    let text = try await project.answering { [context] pool in
      var text = ""
      try pool.export(format, pool: params.pool) { line in
        text += line + "\n"
        guard let token = params.partialResultToken, text.utf8.count >= Self.part else { return }
        context.connection.sendPartial(PillowPoolExportRequest.Result(text: text), for: token)
        text = ""
      }
      return text
    }
    if let token = params.partialResultToken {
      context.connection.sendPartial(PillowPoolExportRequest.Result(text: text), for: token)
      return .init(text: "")
    }
    return .init(text: text)
  }

  private func history(
    _ params: PillowFeedbackHistoryRequest.Params
  ) async throws -> PillowFeedbackHistoryRequest.Result {
    let project = try await context.project(of: params.uri)
    return try await project.answering { pool in
      let history =
        if let id = params.id {
          try pool.suggestion(id).map { [($0, try pool.feedback(on: id))] } ?? []
        } else {
          try pool.suggestionsWithFeedback(limit: min(max(0, params.limit ?? 100), 1000))
        }
      return .init(suggestions: history.map { .init($0.0, events: $0.1) })
    }
  }
}

/// Set once, from any thread.
private final class CancellationFlag: Sendable {
  private let state = Mutex(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}

extension PillowPoolImportRequest.Result {
  fileprivate init(_ report: ImportReport) {
    self.init(
      added: report.added, duplicates: report.duplicates,
      nearDuplicates: report.nearDuplicateCount,
      rejected: report.rejected.map { .init(line: $0.line, reason: $0.reason) },
      rejectedCount: report.rejectedCount)
  }
}

extension PillowPoolStatsRequest.Result {
  fileprivate init(_ statistics: PoolStatistics) {
    self.init(
      exemplars: statistics.exemplars, removed: statistics.retired, pinned: statistics.pinned,
      muted: statistics.muted,
      pools: statistics.pools.map { .init(name: $0.name, exemplars: $0.exemplars) },
      suggestions: statistics.suggestions, feedback: statistics.feedback,
      matcherVersions: statistics.matcherVersions)
  }
}

extension PillowFeedbackHistoryRequest.Suggestion {
  fileprivate init(_ suggestion: Suggestion, events: [Feedback]) {
    self.init(
      id: suggestion.id, at: suggestion.createdAt.formatted(.iso8601),
      documentURI: suggestion.documentURI, instruction: suggestion.instruction,
      language: suggestion.language, text: suggestion.text, model: suggestion.model,
      shots: suggestion.shots, propensity: suggestion.propensity,
      policyVersion: suggestion.policyVersion,
      events: events.map {
        .init(
          event: $0.event.rawValue, at: $0.at.formatted(.iso8601),
          acceptedLength: $0.acceptedLength, keptShare: $0.keptShare,
          secondsAfterAccept: $0.secondsAfterAccept, reason: $0.reason)
      })
  }
}
